using System.CommandLine;
using System.Net;
using System.Text;
using SuperloopAdapter.Awake;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Cli;

/// <summary><c>serve</c>: the service, with what it watches beside.</summary>
internal static class ServeCommand
{
    public static Command Make(CommandParts shared)
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
            shared.Repo, listen, tokenVariable, open, shared.Superloop, nudge, nudgeKey, socket, awake,
        };
        command.SetAction((parsed, cancellation) => shared.GuardAsync(async () =>
        {
            var options = ServeOptionsOf(parsed.GetRequiredValue(listen), parsed.GetRequiredValue(tokenVariable), parsed.GetValue(open));
            var nudging = NudgeOptionsOf(parsed.GetValue(nudge), parsed.GetValue(nudgeKey));
            string[] secrets = [ServeOptions.DefaultTokenVariable, parsed.GetRequiredValue(tokenVariable), .. parsed.GetValue(nudgeKey) is { } key ? [key] : Array.Empty<string>()];
            using var adapter = shared.Open(parsed, shared.LaunchOptionsOf(parsed, secrets), secrets);
            await using var app = AdapterService.Create(adapter, options, shared.Time);
            await app.StartAsync(cancellation);
            var log = app.Services.GetRequiredService<ILogger<LoopWatch>>();
            using var task = File.Exists(parsed.GetRequiredValue(socket)) ? new SpriteTask(parsed.GetRequiredValue(socket), adapter.TaskName()) : null;
            await using var watch = new LoopWatch(
                adapter,
                nudging is null ? null : new Nudger(nudging, Nudger.Handler(), shared.Time, log),
                task is null ? null : new AwakeHold(task, TimeSpan.FromHours(Math.Clamp(parsed.GetRequiredValue(awake), 1, 24 * 30)), shared.Time, log),
                TimeSpan.FromSeconds(1),
                shared.Time,
                log);
            await shared.Output.WriteAsync(Encoding.UTF8.GetBytes($"{{\"ok\":true,\"listening\":\"{app.Urls.First()}\"}}\n"), cancellation);
            await shared.Output.FlushAsync(cancellation);
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
}
