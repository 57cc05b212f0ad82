using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Decisions;

/// <summary>
/// What can still happen to a run that has ended: its survivors are reaped by a force_cancel. The end itself, its reason and its time
/// never change; that nothing of the run lives may become proven.
/// </summary>
internal static class EndedRun
{
    public static Draft Decide(LoopRun run, DecisionInput input, DateTimeOffset now) => input switch
    {
        DecisionInput.IntentRequested requested => IntentProgress.Request(run, requested.Request, now),
        _ when run.Intents.Count == 0 => new Draft(run),
        DecisionInput.IntentAnswered answered => IntentProgress.Answered(run, answered.Answer, now),
        DecisionInput.Observed observed => IntentProgress.Send(IntentProgress.Expire(ReadBack(run, observed.Observation, now), now), observed.Observation, hasWholeLog: false, now),
        DecisionInput.PollFailed => IntentProgress.Send(IntentProgress.Expire(new Draft(run), now), null, hasWholeLog: false, now),
        _ => new Draft(run),
    };

    private static Draft ReadBack(LoopRun run, Observation observation, DateTimeOffset now)
    {
        var intent = run.Intents[0];
        if (intent.Status != IntentStatus.Delivered)
        {
            return new Draft(run);
        }

        // Whose process is looked at, the log says as it now stands: the loop may have been launched again since the end.
        var isBehind = observation.Evidence.Through < run.Evidence.Through;
        var process = ProcessReading.Read(isBehind ? run : run with { Evidence = observation.Evidence }, observation);
        if (!CancelVerdict.IsWordEnough(run, process))
        {
            return new Draft(run);
        }

        var ended = run.Lifecycle;
        var proven = run with { Lifecycle = LifecycleStatus.Ended(ended.State, ended.Since, ended.Reason, Quiescence.Proven, "process") };
        return new Draft(proven).Change(intent.End(IntentStatus.Confirmed, now, "runtime", null, "No process of the run lives."));
    }
}
