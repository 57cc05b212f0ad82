using System.CommandLine;
using System.Text;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Cli;

/// <summary>The command line. stdout carries answers only; refusals are one JSON document on stderr and an exit code.</summary>
internal sealed class AdapterCommands(TimeProvider time, IProcessTable processes, Stream output, TextWriter errors)
{
    private const string Codes =
        "Exit codes: 0 done, 1 failure, 2 wrong arguments, 3 unknown loop, 4 cursor beyond the log, 5 artifact is a link or no regular file, "
        + "6 repository missing, 7 start refused, 8 control refused, 9 control not proven, 10 endpoint not conforming, 11 event larger than --max-bytes. Refusals are a JSON document {\"ok\":false,\"error\":{code,message}} on stderr.";

    /// <summary>Arguments stand for themselves: one that begins with <c>@</c>, such as a note to somebody, names no file to be read.</summary>
    private static readonly ParserConfiguration Verbatim = new() { ResponseFileTokenReplacer = null };

    private static readonly (string Name, Func<CommandParts, Command> Make)[] Commands =
    [
        ("snapshot", ReadingCommandLines.Snapshot), ("events", ReadingCommandLines.Events), ("start", StartCommand.Make), ("control", ControlCommand.Make),
        ("diagnostics", DiagnosticsCommand.Make), ("status", ReadingCommandLines.Status), ("conformance", ConformanceCommand.Make), ("serve", ServeCommand.Make), ("version", VersionCommand.Make),
    ];

    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellation) =>
        // The plain form of a reading command pays for none of the rest.
        ReadingArguments.TryParse(arguments) is { } reading
            ? await CommandParts.GuardAsync(() => new ReadingCommands(time, processes, output).RunAsync(reading, cancellation), errors, time)
            : await ParseAndRunAsync(arguments, cancellation);

    private async Task<int> ParseAndRunAsync(string[] arguments, CancellationToken cancellation)
    {
        var parsed = Root(arguments.FirstOrDefault()).Parse(arguments, Verbatim);
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
        var shared = new CommandParts(time, processes, output, errors);
        foreach (var command in Array.Exists(Commands, c => c.Name == asked) ? Array.FindAll(Commands, c => c.Name == asked) : Commands)
        {
            root.Add(command.Make(shared));
        }

        return root;
    }
}
