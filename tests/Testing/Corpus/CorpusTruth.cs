namespace OpsManager.Testing.Corpus;

/// <summary>The true state of a step. Either one label, or one per loop.</summary>
/// <param name="Lifecycle">
/// One of <c>not_started running awaiting_approval approved_pending_resume rejected_pending_resume paused complete stopped failed cancelled
/// crashed</c>; null where the loops differ.
/// </param>
/// <param name="Reason">Why, where the label alone does not say.</param>
/// <param name="Loops">The label of each loop, where there are several.</param>
public sealed record CorpusTruth(string? Lifecycle, string? Reason, IReadOnlyDictionary<string, string>? Loops)
{
    /// <summary>The label of one loop.</summary>
    /// <exception cref="KeyNotFoundException">The step says nothing of that loop.</exception>
    public string Of(string loopId) =>
        Loops is not null ? Loops[loopId] : Lifecycle ?? throw new KeyNotFoundException($"No truth is recorded for '{loopId}'.");
}
