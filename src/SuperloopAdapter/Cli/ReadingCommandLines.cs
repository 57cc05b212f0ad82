using System.CommandLine;

namespace SuperloopAdapter.Cli;

/// <summary><c>snapshot</c>, <c>events</c> and <c>status</c> in every form that is not the plain one.</summary>
internal static class ReadingCommandLines
{
    public static Command Snapshot(CommandParts shared)
    {
        var command = new Command(ReadingArguments.Snapshot, "Writes the loop's snapshot envelope.") { shared.Repo, shared.Loop, shared.Trace, shared.Superloop, shared.MaxBytes };
        return Reading(shared, command, static (_, arguments) => arguments);
    }

    public static Command Events(CommandParts shared)
    {
        var cursor = new Option<long>("--cursor") { Description = "Lines already known.", DefaultValueFactory = static _ => 0 };
        var max = new Option<int>("--max")
        {
            Description = $"Events at most; {Adapter.DefaultMaxEvents} unless given, never more than {Adapter.MaxEventsBound}.",
            DefaultValueFactory = static _ => Adapter.DefaultMaxEvents,
        };
        var command = new Command(ReadingArguments.Events, "Writes the event envelopes after a cursor, one per line.") { shared.Repo, shared.Loop, cursor, max, shared.Trace, shared.MaxBytes };
        return Reading(shared, command, (parsed, arguments) => arguments with { Cursor = parsed.GetRequiredValue(cursor), MaxEvents = parsed.GetRequiredValue(max) });
    }

    public static Command Status(CommandParts shared) => Reading(
        shared,
        new Command(ReadingArguments.Status, "Writes the parts of the snapshot that say how the loop is: run without its summary, health, ext.") { shared.Repo, shared.Loop, shared.Superloop, shared.MaxBytes },
        static (_, arguments) => arguments);

    private static Command Reading(CommandParts shared, Command command, Func<ParseResult, ReadingArguments, ReadingArguments> complete)
    {
        command.SetAction((parsed, cancellation) => shared.GuardAsync(() => new ReadingCommands(shared.Time, shared.Processes, shared.Output).RunAsync(
            complete(parsed, new ReadingArguments(command.Name, parsed.GetRequiredValue(shared.Repo), parsed.GetRequiredValue(shared.Loop))
            {
                TraceId = command.Options.Contains(shared.Trace) ? parsed.GetValue(shared.Trace) : null,
                Superloop = command.Options.Contains(shared.Superloop) ? parsed.GetValue(shared.Superloop) : null,
                MaxBytes = parsed.GetRequiredValue(shared.MaxBytes),
            }),
            cancellation)));
        return command;
    }
}
