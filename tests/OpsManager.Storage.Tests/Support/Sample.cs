using System.Security.Cryptography;
using System.Text;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Tests.Support;

/// <summary>Runs, events and decisions for tests.</summary>
internal static class Sample
{
    public static RunId Id(string runId) => RunId.Parse(runId);

    public static LoopRun Run(string runId, string? sprite = null, DateTimeOffset? createdAt = null, string? workspace = null, params RunLabel[] labels) => new()
    {
        Spec = new RunSpec
        {
            RunId = Id(runId),
            Launch = LaunchKind.Start,
            LoopId = LoopId.Parse("feature-1"),
            Sprite = new SpriteRef(SpriteName.Parse(sprite ?? "sprite-" + runId), new Uri("https://sprite.example:8443/"), "ADAPTER_TOKEN"),
            RepoPath = "/srv/repo",
            Workspace = workspace,
            Labels = labels.ToValueList(),
            CreatedAt = createdAt ?? TestStorage.Epoch,
            CreatedBy = "test",
        },
        Lifecycle = LifecycleStatus.Live(LifecycleState.Pending, createdAt ?? TestStorage.Epoch),
        Policy = PolicyProfiles.Find(PolicyProfiles.Default)!,
        DecidedAt = createdAt ?? TestStorage.Epoch,
    };

    public static EngineReplacement Replacement(int generation) =>
        new() { Generation = generation, At = TestStorage.Epoch.AddMinutes(generation), By = "watchdog", Found = "failed", DueAt = TestStorage.Epoch };

    public static NewRun New(string runId, string? sprite = null, string body = "body", string? key = "*") =>
        new(Run(runId, sprite), key == "*" ? "key of " + runId : key, body);

    public static StoredEvent Event(long sequence, int size = 200, bool random = false)
    {
        var text = random
            ? Convert.ToHexString(RandomBytes((int)sequence, size / 2))
            : $$"""{"envelopeType":"loop_run_event","sequence":{{sequence}},"pad":"{{new string('x', Math.Max(0, size - 60))}}"}""";
        return new StoredEvent
        {
            Sequence = sequence,
            Epoch = 1,
            Line = sequence,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            ReceivedAt = TestStorage.Epoch.AddSeconds(sequence),
            QuarantineReason = sequence % 17 == 0 ? "not_json" : null,
            Envelope = Encoding.UTF8.GetBytes(text),
        };
    }

    /// <summary>Events that neither compress nor repeat.</summary>
    public static StoredEvent Incompressible(long sequence, int size) => Event(sequence) with { Envelope = RandomBytes((int)sequence, size) };

    public static List<StoredEvent> Events(long from, int count) => Enumerable.Range(0, count).Select(at => Event(from + at)).ToList();

    public static LogPosition Log(long line) => new() { Line = line, Identity = "log-a" };

    public static Decision Decision(RunHead head, LifecycleState to, params Effect[] effects)
    {
        var number = head.Run.TransitionCount + 1;
        var transition = new Transition
        {
            Number = number,
            At = TestStorage.Epoch.AddMinutes(number),
            From = head.Run.Lifecycle.State,
            To = to,
            Rule = "test",
            Evidence = "because",
            By = "manager",
            EventSequence = head.StoredThrough,
        };
        var run = head.Run with
        {
            Lifecycle = LifecycleStatus.Live(to, transition.At),
            Evidence = head.Run.Evidence with { Through = head.StoredThrough },
            TransitionCount = number,
            EscalationCount = head.Run.EscalationCount + effects.OfType<Effect.RaiseEscalation>().Count(),
            DecidedAt = transition.At,
        };
        return new Decision(run, [transition], effects.ToValueList(), true);
    }

    public static Intent Intent(string id, long number, IntentVerb verb = IntentVerb.Pause) => new()
    {
        Id = IntentId.Parse(id),
        Number = number,
        Verb = verb,
        Status = IntentStatus.Accepted,
        By = "ann",
        AcceptedAt = TestStorage.Epoch,
        Steps = [new IntentStep(IntentStatus.Accepted, TestStorage.Epoch, "ann", null, null)],
    };

    /// <summary>A decision that only takes intents to where they are given.</summary>
    public static Decision Deciding(RunHead head, ValueList<Intent> intents)
    {
        var changed = intents.Select(static intent => intent.Id).ToHashSet();
        return new Decision(
            head.Run with
            {
                Intents = head.Run.Intents.Where(open => !changed.Contains(open.Id)).Concat(intents.Where(static intent => !intent.IsFinal)).OrderBy(static open => open.Number).ToValueList(),
                IntentCount = Math.Max(head.Run.IntentCount, intents.Max(static intent => intent.Number)),
            },
            [],
            [],
            true)
        { Intents = intents };
    }

    public static PollRecord Poll(RunHead head, long cycle, NewSnapshot? snapshot = null) =>
        new(new PollStatus { Cycle = cycle, LastAttemptAt = TestStorage.Epoch.AddSeconds(cycle), LastSuccessAt = TestStorage.Epoch.AddSeconds(cycle) }, head.Log, snapshot);

    public static NewSnapshot Snapshot(string content) => new(TestStorage.Epoch, "hash of " + content, Encoding.UTF8.GetBytes(content));

    public static byte[] RandomBytes(int seed, int size)
    {
        // Seeded, so that a failure repeats.
        var bytes = new byte[size];
#pragma warning disable CA5394 // Test content, not a secret.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }
}
