namespace OpsManager.Sprites.Adapter;

/// <summary>A page of events.</summary>
/// <param name="Lines">The lines after the cursor, in order and without gaps.</param>
/// <param name="LineCount">Complete lines in the log.</param>
public sealed record EventsReading(IReadOnlyList<EventReading> Lines, long LineCount);
