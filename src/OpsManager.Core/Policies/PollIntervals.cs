namespace OpsManager.Core.Policies;

/// <summary>How often the adapter is asked, by what is expected of it.</summary>
/// <param name="Expecting">While something is due: a start, a confirmation, an end.</param>
/// <param name="Running">While a process works.</param>
/// <param name="Waiting">While a person or a pause holds the run.</param>
public sealed record PollIntervals(TimeSpan Expecting, TimeSpan Running, TimeSpan Waiting);
