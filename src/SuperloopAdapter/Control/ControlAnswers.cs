namespace SuperloopAdapter.Control;

/// <summary>The final results of a loop's control calls, oldest first; bounded, replaced as a whole.</summary>
internal sealed record ControlAnswers(IReadOnlyList<StoredAnswer> Answers, int Version = 1);
