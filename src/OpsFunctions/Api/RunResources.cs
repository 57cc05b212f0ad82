using OpsFunctions.Middleware;
using OpsManager.Core.Attention;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Api;

/// <summary>Makes the API's view of a run from its head.</summary>
public static class RunResources
{
    /// <summary>The run.</summary>
    public static RunResource From(RunHead head, ApiLinks links, DateTimeOffset now)
    {
        var run = head.Run;
        var spec = run.Spec;
        var ended = run.Lifecycle.State.IsTerminal();
        return new RunResource
        {
            RunId = spec.RunId,
            Revision = head.Revision,
            State = run.Lifecycle.State,
            Ended = ended,
            Reason = run.Lifecycle.Reason,
            StateSince = run.Lifecycle.Since,
            Quiescent = run.Lifecycle.Quiescence,
            QuiescenceProof = run.Lifecycle.QuiescenceProof,
            Attention = OperatorStatus.Of(run, now),
            Health = run.Health,
            Divergence = run.Divergence,
            Control = new ControlResource { Frozen = run.Freeze },
            Progress = Progress(head),
            Attempts = run.Evidence.Attempts,
            Approval = run.Evidence.Approval,
            SuspectedEnd = run.SuspectedEnd,
            Transport = Transport(head, ended),
            Escalations = run.Escalations,
            OpenIntents = [.. run.Intents.Select(intent => IntentResource.From(spec.RunId, intent, links))],
            Unsettled = run.Unsettled,
            Hold = run.Hold,
            Cancel = run.Cancel,
            Candidate = run.Candidate,
            AllowedActions = AllowedActions.For(run, now),
            Launch = spec.Launch,
            LoopId = spec.LoopId,
            Sprite = new SpriteResource { Name = spec.Sprite.Name, Endpoint = spec.Sprite.Endpoint, TokenName = spec.Sprite.TokenName },
            RepoPath = spec.RepoPath,
            Workspace = spec.Workspace,
            Labels = Labels(spec.Labels),
            Profile = spec.Profile,
            Policy = run.Policy,
            RetryOf = spec.RetryOf,
            RelaunchOnDecision = spec.RelaunchOnDecision,
            Capabilities = run.Capabilities,
            ClockSkewSeconds = run.ClockSkewSeconds,
            CreatedAt = spec.CreatedAt,
            CreatedBy = spec.CreatedBy,
            TraceId = RequestTrace.IdOf(spec.TraceParent),
            DecidedAt = run.DecidedAt,
            Engine = new EngineResource(head.Engine.Generation, head.Engine.InstanceId),
            Links = links.OfRun(spec.RunId),
        };
    }

    /// <summary>The ETag of a run.</summary>
    public static string ETag(RunHead head) => $"\"{head.Revision}\"";

    /// <summary>Labels as an object.</summary>
    public static IReadOnlyDictionary<string, string> Labels(IEnumerable<RunLabel> labels)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            result[label.Key] = label.Value;
        }

        return result;
    }

    private static ProgressResource Progress(RunHead head)
    {
        var evidence = head.Run.Evidence;
        return new ProgressResource
        {
            Attempt = evidence.Attempts.Count == 0 ? 0 : evidence.Attempts[^1].Number,
            Iteration = evidence.Iteration,
            TotalIterations = evidence.TotalIterations,
            Role = evidence.Role,
            LastEventName = evidence.LastEventName,
            LastEventAt = evidence.LastEventAt,
            LastReceivedAt = evidence.LastReceivedAt,
            Events = head.StoredThrough,
            DecidedEvents = evidence.Through,
            QuarantinedLines = evidence.Quarantined,
        };
    }

    private static TransportResource Transport(RunHead head, bool ended)
    {
        var poll = head.Poll;
        return new TransportResource
        {
            Status = poll.LastAttemptAt is null ? "unpolled" : poll.FailureCode is null ? "ok" : "failing",
            LastAttemptAt = poll.LastAttemptAt,
            LastSuccessAt = poll.LastSuccessAt,
            FailureCode = poll.FailureCode,
            FailureDetail = poll.FailureDetail,
            FailureStreak = poll.FailureStreak,
            FailingSince = poll.FailingSince,
            NextDueAt = ended && head.Run.Intents.Count == 0 ? null : poll.NextDueAt,
            LogEpoch = head.Log.Epoch,
            LogLine = head.Log.Line,
            SearchingBaseLine = head.Log.Scan is not null,
        };
    }
}
