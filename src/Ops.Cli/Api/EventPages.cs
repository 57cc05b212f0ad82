namespace Ops.Cli.Api;

/// <summary>Addresses of event pages.</summary>
internal static class EventPages
{
    /// <summary>The page after a cursor; a positive wait holds the answer back until there is an event, at most so many seconds.</summary>
    public static string Path(string runPath, string? cursor, int waitSeconds) =>
        $"{runPath}/events?limit=200&waitSeconds={waitSeconds}" + (cursor is null ? string.Empty : $"&after={Uri.EscapeDataString(cursor)}");
}
