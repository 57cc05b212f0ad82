using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Divergence;

/// <summary>
/// The contradictions a run is searched for. Each is judged on what stands in files and log now, whichever poll brought it, and
/// only on what speaks of this loop and this run.
/// </summary>
public static class DivergenceRules
{
    private static readonly HashSet<string> Work = new(StringComparer.Ordinal)
    {
        "iteration_start", "role_start", "role_end", "tests_start", "tests_end", "validation_start", "validation_end",
    };

    /// <summary>The rules.</summary>
    public static IReadOnlyList<DivergenceRule> All { get; } =
    [
        new(
            "activeMismatch",
            "state.json says that this loop is inactive while its process is there and its last event is work",
            static c => c is { Process.Status: ProcessStatus.Alive, Run.Evidence: { End: null, LastEventName: { } last }, Observation.Runtime.State: { Active: false } state }
                && state.LoopId == c.Run.Spec.LoopId.Value
                && Work.Contains(last)),
        new(
            "approvalCompletionConflict",
            "a candidate awaits a decision while the log or the summary of the same runtime run says that it is complete",
            static c => c.Observation.Runtime.Approval is { Status: "pending", RuntimeRunId: { } asks } file
                && c.Run.Evidence.Attempts.Any(attempt => attempt.RuntimeRunId == asks)
                && (c.Run.Evidence.End is { State: LifecycleState.Completed }
                    || (c.Observation.Runtime.Summary is { CompletionOk: true } summary && summary.RuntimeRunId == asks && summary.Iteration == file.Iteration))),
        new(
            "cursorRegression",
            "an observation knows fewer events than were decided on before",
            static c => c.Observation.Evidence.Through < c.Run.Evidence.Through),
    ];

    /// <summary>The codes of the rules that hold.</summary>
    public static ValueList<string> Detect(LoopRun run, Observation observation, ProcessView process)
    {
        var context = new DivergenceContext(run, observation, process);
        return All.Where(rule => rule.Holds(context)).Select(static rule => rule.Code).ToValueList();
    }
}
