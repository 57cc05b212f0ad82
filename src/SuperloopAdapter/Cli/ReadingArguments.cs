using System.Globalization;

namespace SuperloopAdapter.Cli;

/// <summary>The arguments of a command that only reads.</summary>
internal sealed record ReadingArguments(string Command, string Repo, string Loop)
{
    public const string Snapshot = "snapshot";
    public const string Events = "events";
    public const string Status = "status";

    /// <summary>What a remote shell can be relied on to hand back.</summary>
    public const int DefaultMaxBytes = 48 * 1024;

    public string? TraceId { get; init; }

    public string? Superloop { get; init; }

    public long Cursor { get; init; }

    public int MaxEvents { get; init; } = Adapter.DefaultMaxEvents;

    /// <summary>Bytes of the answer at most.</summary>
    public int MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>
    /// Understands the plain form, each option once and followed by its value, as programs write it. Null for anything else,
    /// which is then parsed, or refused, with everything a command line may be: that takes several times as long as the reading.
    /// </summary>
    public static ReadingArguments? TryParse(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [Snapshot or Events or Status, ..] || arguments.Length % 2 == 0)
        {
            return null;
        }

        Dictionary<string, string> values = new(StringComparer.Ordinal);
        for (var i = 1; i < arguments.Length; i += 2)
        {
            if (arguments[i + 1] is not { Length: > 0 } value || value[0] is '-' or '@' || !values.TryAdd(arguments[i], value))
            {
                return null;
            }
        }

        if (!values.Remove("--repo", out var repo) || !values.Remove("--loop", out var loop))
        {
            return null;
        }

        var parsed = new ReadingArguments(arguments[0], repo, loop);
        foreach (var (name, value) in values)
        {
            var next = (name, parsed.Command) switch
            {
                ("--trace-id", Snapshot or Events) => parsed with { TraceId = value },
                ("--superloop", Snapshot or Status) => parsed with { Superloop = value },
                ("--cursor", Events) when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) => parsed with { Cursor = cursor },
                ("--max", Events) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var max) => parsed with { MaxEvents = max },
                ("--max-bytes", _) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => parsed with { MaxBytes = bytes },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            parsed = next;
        }

        return parsed;
    }
}
