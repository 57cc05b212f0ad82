using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Contract.Diagnostics;
using SuperloopAdapter.Awake;
using SuperloopAdapter.Conformance;
using SuperloopAdapter.Control;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Cli;

/// <summary>The command line. stdout carries answers only; refusals are one JSON document on stderr and an exit code.</summary>
internal sealed class AdapterCommands(TimeProvider time, IProcessTable processes, Stream output, TextWriter errors)
{
    private const string Codes =
        "Exit codes: 0 done, 1 failure, 2 wrong arguments, 3 unknown loop, 4 cursor beyond the log, 5 artifact is a link or no regular file, "
        + "6 repository missing, 7 start refused, 8 control refused, 9 control not proven, 10 endpoint not conforming, 11 event larger than --max-bytes. Refusals are a JSON document {\"ok\":false,\"error\":{code,message}} on stderr.";

    private readonly Option<string> repo = new("--repo") { Description = "The repository that holds .superloop.", Required = true };
    private readonly Option<string> loop = new("--loop") { Description = "The loop's id.", Required = true };
    private readonly Option<string?> superloop = new("--superloop") { Description = "Path of superloop.sh. Without it nothing can be started, and start is no capability." };
    private readonly Option<int> maxBytes = new("--max-bytes")
    {
        Description = $"Bytes of the answer at most; {ReadingArguments.DefaultMaxBytes} unless given, never more than {Adapter.MaxPageBytes}.",
        DefaultValueFactory = static _ => ReadingArguments.DefaultMaxBytes,
    };

    private readonly Option<string?> trace = new("--trace-id") { Description = "Correlation id to repeat in the envelopes." };

    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        if (ReadingArguments.TryParse(arguments) is { } reading)
        {
            return await GuardAsync(() => new ReadingCommands(time, processes, output).RunAsync(reading, cancellation));
        }

        var parsed = Root(arguments.FirstOrDefault()).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await errors.WriteLineAsync(error.Message);
            }

            return ExitCodes.Usage;
        }

        // Help goes to stdout, the answer to asking for it. Signals are the host's affair: an orderly stop of the service takes the time it takes.
        await using var help = new StringWriter();
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = help, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation);
        await output.WriteAsync(Encoding.UTF8.GetBytes(help.ToString()), cancellation);
        return code;
    }

    /// <summary>With the one command that is asked for, if it is one: a remote shell pays for each call, and making all of them takes longer than most answers.</summary>
    private RootCommand Root(string? asked)
    {
        var root = new RootCommand("Reads a repository's .superloop and speaks the v1 contract. " + Codes);
        (string Name, Func<Command> Make)[] commands =
        [
            ("snapshot", Snapshot), ("events", Events), ("start", Start), ("control", Control), ("diagnostics", Diagnostics), ("status", Status),
            ("conformance", Conformance), ("serve", Serve),
        ];
        foreach (var command in Array.Exists(commands, c => c.Name == asked) ? Array.FindAll(commands, c => c.Name == asked) : commands)
        {
            root.Add(command.Make());
        }

        return root;
    }

    private Command Snapshot()
    {
        var command = new Command(ReadingArguments.Snapshot, "Writes the loop's snapshot envelope.") { repo, loop, trace, superloop, maxBytes };
        return Reading(command, static (_, arguments) => arguments);
    }

    private Command Events()
    {
        var cursor = new Option<long>("--cursor") { Description = "Lines already known.", DefaultValueFactory = static _ => 0 };
        var max = new Option<int>("--max")
        {
            Description = $"Events at most; {Adapter.DefaultMaxEvents} unless given, never more than {Adapter.MaxEventsBound}.",
            DefaultValueFactory = static _ => Adapter.DefaultMaxEvents,
        };
        var command = new Command(ReadingArguments.Events, "Writes the event envelopes after a cursor, one per line.") { repo, loop, cursor, max, trace, maxBytes };
        return Reading(command, (parsed, arguments) => arguments with { Cursor = parsed.GetRequiredValue(cursor), MaxEvents = parsed.GetRequiredValue(max) });
    }

    private Command Status() => Reading(
        new Command(ReadingArguments.Status, "Writes the parts of the snapshot that say how the loop is: run without its summary, health, ext.") { repo, loop, superloop, maxBytes },
        static (_, arguments) => arguments);

    private Command Reading(Command command, Func<ParseResult, ReadingArguments, ReadingArguments> complete)
    {
        command.SetAction((parsed, cancellation) => GuardAsync(() => new ReadingCommands(time, processes, output).RunAsync(
            complete(parsed, new ReadingArguments(command.Name, parsed.GetRequiredValue(repo), parsed.GetRequiredValue(loop))
            {
                TraceId = command.Options.Contains(trace) ? parsed.GetValue(trace) : null,
                Superloop = command.Options.Contains(superloop) ? parsed.GetValue(superloop) : null,
                MaxBytes = parsed.GetRequiredValue(maxBytes),
            }),
            cancellation)));
        return command;
    }

    private Command Start()
    {
        var runId = new Option<string>("--run-id") { Description = "The Loop Run the process will belong to.", Required = true };
        var attempt = new Option<int>("--attempt") { Description = "Number of the attempt, from 1.", DefaultValueFactory = static _ => 1 };
        var generation = new Option<int>("--generation") { Description = "Generation of the engine that asks, from 1.", DefaultValueFactory = static _ => 1 };
        var order = new Option<long>("--order") { Description = "Rises with every control call of the run.", DefaultValueFactory = static _ => 1 };
        var command = new Command("start", "Launches the runtime for a loop in a session of its own and records how it ends.")
        {
            repo, loop, superloop, runId, attempt, generation, order,
        };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var launching = LaunchOptionsOf(parsed) ?? throw new AdapterException(AdapterError.InvalidRequest("--superloop is required to start"));
            using var adapter = Open(parsed, launching);
            var request = new StartRequest
            {
                RunId = parsed.GetRequiredValue(runId),
                Attempt = parsed.GetRequiredValue(attempt),
                Generation = parsed.GetRequiredValue(generation),
                Order = parsed.GetRequiredValue(order),
                LoopId = parsed.GetRequiredValue(loop),
            };
            await output.WriteAsync(await adapter.StartAsync(request, cancellation), cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
            return ExitCodes.Success;
        }));
        return command;
    }

    private Command Control()
    {
        var intent = new Argument<string>("intent") { Description = "One of " + string.Join(", ", ControlVerbs.All) + "." };
        intent.AcceptOnlyFromAmong([.. ControlVerbs.All]);
        var by = new Option<string?>("--by") { Description = "Who asks." };
        var note = new Option<string?>("--note") { Description = "Why; at most 4 KiB." };
        var key = new Option<string?>("--idempotency-key") { Description = "Asked again with the same key, the first final result is answered." };
        var noConfirm = new Option<bool>("--no-confirm") { Description = "Answer without a confirming observation." };
        var intentId = new Option<string?>("--intent-id") { Description = "The manager's intent." };
        var runId = new Option<string?>("--run-id") { Description = "The Loop Run; --generation and --order are required with it." };
        var attempt = new Option<int?>("--attempt") { Description = "The attempt of the run." };
        var generation = new Option<int?>("--generation") { Description = "Generation of the engine that asks, from 1." };
        var order = new Option<long?>("--order") { Description = "Rises with every control call of the run." };
        var runtimeRunId = new Option<string?>("--runtime-run-id") { Description = "For a run this adapter did not start: the runtime run id it is followed by." };
        var candidate = new Option<string?>("--candidate-run-id") { Description = "Runtime run id of the candidate to decide on; --candidate-iteration is required with it." };
        var iteration = new Option<long?>("--candidate-iteration") { Description = "Its iteration." };
        var requestedAt = new Option<string?>("--candidate-requested-at") { Description = "When its approval was requested." };
        var command = new Command("control", "Carries out an intent and writes what was done and proven.")
        {
            intent, repo, loop, by, note, key, noConfirm, intentId, runId, attempt, generation, order, runtimeRunId, candidate, iteration, requestedAt, trace,
        };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            using var adapter = Open(parsed);
            var answer = await adapter.ControlAsync(
                new ControlRequest
                {
                    LoopId = parsed.GetRequiredValue(loop),
                    Intent = parsed.GetRequiredValue(intent),
                    By = parsed.GetValue(by),
                    Note = parsed.GetValue(note),
                    IdempotencyKey = parsed.GetValue(key),
                    NoConfirm = parsed.GetValue(noConfirm),
                    TraceId = parsed.GetValue(trace),
                    IntentId = parsed.GetValue(intentId),
                    RunId = parsed.GetValue(runId),
                    Attempt = parsed.GetValue(attempt),
                    Generation = parsed.GetValue(generation),
                    Order = parsed.GetValue(order),
                    RuntimeRunId = parsed.GetValue(runtimeRunId),
                    Candidate = (parsed.GetValue(candidate), parsed.GetValue(iteration)) switch
                    {
                        ({ } id, { } number) => new ControlCandidate { RuntimeRunId = id, Iteration = number, RequestedAt = parsed.GetValue(requestedAt) },
                        (null, null) => null,
                        _ => throw new AdapterException(AdapterError.InvalidRequest("--candidate-run-id and --candidate-iteration belong together")),
                    },
                },
                cancellation);
            await output.WriteAsync(WireJson.Write(answer), cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
            return answer.ExitCode switch { 0 => ExitCodes.Success, 2 => ExitCodes.ControlAmbiguous, _ => ExitCodes.ControlRefused };
        }));
        return command;
    }

    private Command Diagnostics()
    {
        var command = new Command("diagnostics", "Writes the ends of output and role log, the processes and the state of the artifacts, redacted, 48 KiB at most.") { repo, loop };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            using var adapter = Open(parsed);
            await output.WriteAsync(await adapter.DiagnosticsAsync(parsed.GetRequiredValue(loop), cancellation), cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
            return ExitCodes.Success;
        }));
        return command;
    }

    private Command Conformance()
    {
        var endpoint = new Option<string>("--endpoint") { Description = "Address of any adapter.", Required = true };
        var tokenVariable = new Option<string>("--token-env")
        {
            Description = "Environment variable that holds its token.",
            DefaultValueFactory = static _ => ServeOptions.DefaultTokenVariable,
        };
        var command = new Command("conformance", "Checks an endpoint against the v1 contract, by reading only, and writes what is wrong.") { endpoint, tokenVariable, loop };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            LoopId.Check(parsed.GetRequiredValue(loop));
            if (!Uri.TryCreate(parsed.GetRequiredValue(endpoint).TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                throw new AdapterException(AdapterError.InvalidRequest("--endpoint must be an http or https address"));
            }

            var variable = parsed.GetRequiredValue(tokenVariable);
            var token = Environment.GetEnvironmentVariable(variable);
            if (string.IsNullOrWhiteSpace(token))
            {
                throw new AdapterException(AdapterError.InvalidRequest($"the environment variable {variable} is not set"));
            }

            // A redirect could carry the token elsewhere; an adapter has no reason to send one.
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            using var client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
            var check = new ConformanceCheck(client, token.Trim(), parsed.GetRequiredValue(loop));
            try
            {
                var findings = await check.RunAsync(cancellation);
                await using var json = new Utf8JsonWriter(output, EventEnvelopes.WriterOptions);
                json.WriteStartObject();
                json.WriteBoolean("ok"u8, findings.Count == 0);
                json.WriteNumber("checked"u8, check.Checked);
                json.WriteStartArray("findings"u8);
                foreach (var finding in findings)
                {
                    json.WriteStringValue(finding);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                return findings.Count == 0 ? ExitCodes.Success : ExitCodes.NotConforming;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                throw new AdapterException(AdapterError.Internal() with { Code = "endpoint_unreachable", Message = "nothing answers at --endpoint" });
            }
        }));
        return command;
    }

    private Command Serve()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Address and port; port 0 takes a free one. The address in use is the first line on stdout.",
            DefaultValueFactory = static _ => ServeOptions.DefaultListen,
        };
        var tokenVariable = new Option<string>("--token-env")
        {
            Description = "Environment variable that holds the token.",
            DefaultValueFactory = static _ => ServeOptions.DefaultTokenVariable,
        };
        var open = new Option<bool>("--insecure-no-token") { Description = "Serve without a token; on a loopback address only." };
        var nudge = new Option<string?>("--nudge-url") { Description = "Told by an empty POST that there is something new." };
        var nudgeKey = new Option<string?>("--nudge-key-env") { Description = "Environment variable that holds the key for it, sent as x-functions-key." };
        var socket = new Option<string>("--task-socket")
        {
            Description = "The sprite's task interface; where it exists, the sprite is held awake while a leader lives.",
            DefaultValueFactory = static _ => SpriteTask.DefaultSocket,
        };
        var awake = new Option<int>("--awake-limit-hours") { Description = "The longest time a leader holds the sprite awake.", DefaultValueFactory = static _ => 24 };
        var command = new Command("serve", "Serves GET /healthz, /ops/snapshot, /ops/events, /ops/diagnostics, POST /ops/control and, with --superloop, POST /ops/start.")
        {
            repo, listen, tokenVariable, open, superloop, nudge, nudgeKey, socket, awake,
        };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var options = ServeOptionsOf(parsed.GetRequiredValue(listen), parsed.GetRequiredValue(tokenVariable), parsed.GetValue(open));
            var nudging = NudgeOptionsOf(parsed.GetValue(nudge), parsed.GetValue(nudgeKey));
            using var adapter = Open(parsed, LaunchOptionsOf(parsed, parsed.GetRequiredValue(tokenVariable), parsed.GetValue(nudgeKey)));
            await using var app = AdapterService.Create(adapter, options, time);
            await app.StartAsync(cancellation);
            var log = app.Services.GetRequiredService<ILogger<LoopWatch>>();
            using var task = File.Exists(parsed.GetRequiredValue(socket)) ? new SpriteTask(parsed.GetRequiredValue(socket), adapter.TaskName()) : null;
            await using var watch = nudging is null && task is null ? null : new LoopWatch(
                adapter,
                nudging is null ? null : new Nudger(nudging, Nudger.Handler(), time, log),
                task is null ? null : new AwakeHold(task, TimeSpan.FromHours(Math.Clamp(parsed.GetRequiredValue(awake), 1, 24 * 30)), time, log),
                TimeSpan.FromSeconds(1),
                time,
                log);
            await output.WriteAsync(Encoding.UTF8.GetBytes($"{{\"ok\":true,\"listening\":\"{app.Urls.First()}\"}}\n"), cancellation);
            await output.FlushAsync(cancellation);
            await app.WaitForShutdownAsync(cancellation);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static ServeOptions ServeOptionsOf(string listen, string tokenVariable, bool open)
    {
        if (!IPEndPoint.TryParse(listen, out var endpoint))
        {
            throw new AdapterException(AdapterError.InvalidRequest("--listen must be an address and a port, such as 127.0.0.1:8790"));
        }

        var token = Environment.GetEnvironmentVariable(tokenVariable);
        if (!string.IsNullOrWhiteSpace(token))
        {
            return new ServeOptions(endpoint, token.Trim());
        }

        if (!open)
        {
            throw new AdapterException(AdapterError.InvalidRequest(
                $"no token: set the environment variable {tokenVariable}, or say --insecure-no-token to let everybody on this machine in"));
        }

        return IPAddress.IsLoopback(endpoint.Address)
            ? new ServeOptions(endpoint, null)
            : throw new AdapterException(AdapterError.InvalidRequest("--insecure-no-token is for loopback addresses only"));
    }

    private static NudgeOptions? NudgeOptionsOf(string? address, string? keyVariable)
    {
        if (address is null)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) || uri.UserInfo.Length > 0)
        {
            throw new AdapterException(AdapterError.InvalidRequest("--nudge-url must be an https address without credentials; http only on this machine"));
        }

        var key = keyVariable is null ? null : Environment.GetEnvironmentVariable(keyVariable);
        return keyVariable is not null && string.IsNullOrWhiteSpace(key)
            ? throw new AdapterException(AdapterError.InvalidRequest($"the environment variable {keyVariable} is not set"))
            : new NudgeOptions(uri, key?.Trim());
    }

    private LaunchOptions? LaunchOptionsOf(ParseResult parsed, string tokenVariable = ServeOptions.DefaultTokenVariable, string? furtherVariable = null) =>
        Opening.LaunchOptionsOf(parsed.GetValue(superloop), tokenVariable, furtherVariable);

    private Adapter Open(ParseResult parsed, LaunchOptions? launching = null) => Opening.Open(parsed.GetRequiredValue(repo), processes, time, launching);

    private async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (AdapterException e)
        {
            await errors.WriteLineAsync(Encoding.UTF8.GetString(ErrorDocument.Write(e.Error, time).Span));
            return e.Error.ExitCode;
        }
        catch (IOException e)
        {
            // Most likely stdout is gone, or the address is in use.
            await errors.WriteLineAsync(Encoding.UTF8.GetString(ErrorDocument.Write(AdapterError.Internal() with { Message = e.Message }, time).Span));
            return ExitCodes.Failure;
        }
    }
}
