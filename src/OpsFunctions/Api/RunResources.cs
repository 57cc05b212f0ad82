using System.Security.Cryptography;
using System.Text.Json;
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
    private const int TimeMarkLength = 12;

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

    /// <summary>
    /// The ETag of a run as it is shown at a time: its revision, and behind it what time alone has changed since the run was decided on, if
    /// anything, such as a grace that has passed. Without that, whoever waits for it would be told that nothing is new.
    /// </summary>
    public static string ETag(RunHead head, DateTimeOffset now)
    {
        var shown = MadeByTime(head.Run, now);
        return shown == MadeByTime(head.Run, head.Run.DecidedAt) ? $"\"{head.Revision}\"" : $"\"{head.Revision}-{shown}\"";
    }

    /// <summary>
    /// Whether an ETag is one of a run as it stands. What time alone changes is nobody's change: what is asked on a reading from before it
    /// is not refused for it.
    /// </summary>
    public static bool IsETagOf(RunHead head, string etag) =>
        etag == $"\"{head.Revision}\"" || (etag.StartsWith($"\"{head.Revision}-", StringComparison.Ordinal) && etag.EndsWith('"'));

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

    // All that the clock has a say in: the rest of a run is as it was stored.
    private static string MadeByTime(LoopRun run, DateTimeOffset at) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes((object[])[OperatorStatus.Of(run, at), AllowedActions.For(run, at)], ApiJson.Options)))[..TimeMarkLength];

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
