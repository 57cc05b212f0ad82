using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;

namespace SuperloopAdapter.Control;

/// <summary>What control remembers of a loop, below <c>.superloop/ops</c>. Writers hold the loop's control lock.</summary>
internal sealed class ControlRecords(SuperloopFolder folder, string loopId)
{
    private const string AnswersFile = "answers.json";
    private const string DecisionFile = "decision.json";

    // Beside the members of the contract: it is nothing for the wire.
    private const string KeyMember = "idempotencyKey";

    private const int MaxAnswers = 100;
    private const int MaxBytes = 1024 * 1024;

    private readonly LaunchFolder own = new(folder, loopId);

    public ControlAnswer? Find(string intent, string key) =>
        Answers().LastOrDefault(a => a.Intent == intent && a.Key == key)?.Answer;

    /// <summary>Keeps a final result. What is not final is never kept: asked again it must be tried again.</summary>
    public void Keep(string intent, string key, ControlAnswer answer)
    {
        List<StoredAnswer> answers = [.. Answers().TakeLast(MaxAnswers - 1), new StoredAnswer(intent, key, answer)];
        byte[] json;
        while ((json = JsonSerializer.SerializeToUtf8Bytes(new ControlAnswers(answers), AdapterJson.Default.ControlAnswers)).Length > MaxBytes)
        {
            answers.RemoveRange(0, (answers.Count / 2) + 1);
        }

        own.WriteOwn(AnswersFile, json);
    }

    public DecisionFacts? Decision() => Kept() is { } kept ? kept with { AdditionalMembers = null } : null;

    /// <summary>The last decision, if it was recorded for a call with this key; null for any other.</summary>
    public DecisionFacts? DecisionOf(string key) =>
        Kept() is { AdditionalMembers: { } more } kept && more.TryGetValue(KeyMember, out var known) && known.ValueKind == JsonValueKind.String && known.ValueEquals(key)
            ? kept with { AdditionalMembers = null }
            : null;

    /// <summary>Records a decision and the key of the call that made it, by which a caller that names no intent knows it as its own.</summary>
    public void Keep(DecisionFacts decision, string? key)
    {
        var kept = key is null ? decision : decision with
        {
            AdditionalMembers = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [KeyMember] = JsonSerializer.SerializeToElement(key, AdapterJson.Default.String) },
        };
        own.WriteOwn(DecisionFile, JsonSerializer.SerializeToUtf8Bytes(kept, AdapterJson.Default.DecisionFacts));
    }

    /// <summary>The facts a caller confirms its intents by, null when there are none.</summary>
    public ControlFacts? Facts()
    {
        var (fence, decision) = (own.LatestFence(), Decision());
        return fence is null && decision is null ? null : new ControlFacts
        {
            Order = fence is null ? null : new OrderFacts { RunId = fence.RunId, Generation = fence.Generation, Order = fence.Order, IntentId = fence.IntentId },
            Tombstone = fence?.Tombstone is { } tombstone
                ? new TombstoneFacts { RunId = fence.RunId, At = tombstone.At, IntentId = tombstone.IntentId, By = tombstone.By }
                : null,
            Decision = decision,
        };
    }

    private DecisionFacts? Kept() => own.ReadOwn(DecisionFile, static () => AdapterJson.Default.DecisionFacts);

    private IReadOnlyList<StoredAnswer> Answers() =>
        own.ReadOwn(AnswersFile, static () => AdapterJson.Default.ControlAnswers, 2 * MaxBytes)?.Answers ?? [];
}
