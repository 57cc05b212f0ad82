using OpsManager.Core.Evidence;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Verdicts;

/// <summary>What the rules of the verdict look at.</summary>
internal sealed record VerdictContext
{
    public VerdictContext(LoopRun run, Observation observation, ProcessView process)
    {
        Run = run;
        Runtime = observation.Runtime;
        Process = process;
        Approval = ApprovalReading.Read(run.Evidence, observation.Runtime.Approval);
    }

    /// <summary>The run, with evidence and memory up to this observation.</summary>
    public LoopRun Run { get; }

    public RuntimeFacts Runtime { get; }

    public ProcessView Process { get; }

    public ApprovalStanding Approval { get; }

    public RunEvidence Evidence => Run.Evidence;

    public EndSignal? End => Run.Evidence.End;

    /// <summary>Whether the run has logged anything of its own.</summary>
    public bool HasBegun => Run.Evidence.Attempts.Count > 0;

    /// <summary>Whether a process of the run may have come and gone: what is there before a launch is not the run's.</summary>
    public bool IsUnderWay => !IsUnlaunched && (HasBegun || Run.Lifecycle.State != LifecycleState.Pending);

    /// <summary>Whether the run waits for its own launch: what the log and the files say is somebody else's.</summary>
    public bool IsUnlaunched => Run is { Spec.Launch: LaunchKind.Start, Lifecycle.State: LifecycleState.Pending };

    /// <summary>Whether the process is gone and nothing says with which exit code.</summary>
    public bool IsGoneSilently => IsUnderWay && Process is { IsGone: true, Exit: null };

    /// <summary>Whether the leader removed its own file, which it does at every exit but a kill.</summary>
    public bool LeaderTidiedUp => Runtime is { ActiveRun: null, ActiveRunUnreadable: false };

    public bool StateIsGone => Runtime is { State: null, StateUnreadable: false };

    /// <summary>Whether state.json speaks of another loop: what this one left in it is overwritten.</summary>
    public bool StateIsAnothers => Runtime.State is { LoopId.Length: > 0 } state && state.LoopId != Run.Spec.LoopId.Value;

    /// <summary>Whether both of the runtime's files say that this loop is at work.</summary>
    public bool FilesSayAtWork =>
        Runtime is { State: { Active: true, LoopId: { } loop }, ActiveRun.LoopId: { } active } && loop == Run.Spec.LoopId.Value && active == loop;

    /// <summary>Whether the run is an adopted one and nothing was concluded of it yet.</summary>
    public bool IsFirstSeen => Run is { Spec.Launch: LaunchKind.Attach, Lifecycle.State: LifecycleState.Pending };

    /// <summary>Whether the last summary entry says that the current attempt reached its goal.</summary>
    public bool SummarySaysComplete =>
        HasBegun
        && Runtime.Summary is { CompletionOk: true, RuntimeRunId: { } id }
        && id == Evidence.Attempts[^1].RuntimeRunId;
}
