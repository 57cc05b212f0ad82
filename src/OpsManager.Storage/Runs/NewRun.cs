using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Runs;

/// <summary>A run about to be created.</summary>
/// <param name="Run">The run in its first state.</param>
/// <param name="IdempotencyKey">The caller's key; null when none was given.</param>
/// <param name="RequestHash">Hash of the canonical request body, to tell a repeat from another request under the same key.</param>
public sealed record NewRun(LoopRun Run, string? IdempotencyKey, string RequestHash)
{
    /// <summary>Transitions that led to the first state, stored with the head; their numbers are at most <see cref="LoopRun.TransitionCount"/>.</summary>
    public ValueList<Transition> Transitions { get; init; } = [];
}
