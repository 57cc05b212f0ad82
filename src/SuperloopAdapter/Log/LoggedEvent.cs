namespace SuperloopAdapter.Log;

/// <summary>The parts of an event that outlive its line.</summary>
internal sealed record LoggedEvent(long Line, string Name, string Timestamp, string? RunId, long? Iteration, string? Role, string? Status)
{
    public static LoggedEvent Of(long number, LogLine line) =>
        new(number, line.Name, line.Timestamp, line.RunId, line.Iteration, line.Role, line.Status);
}
