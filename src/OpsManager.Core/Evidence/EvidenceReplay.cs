using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Evidence;

/// <summary>
/// Folds the stored events of a run anew and compares: the evidence in the head is a fold of them, so that a difference is a
/// mistake of the manager's and not of the runtime's.
/// </summary>
/// <param name="Events">How many events were folded.</param>
/// <param name="Differences">Names of the members of the evidence that differ; none if it agrees.</param>
public sealed record EvidenceReplay(long Events, ValueList<string> Differences)
{
    /// <summary>Whether the stored evidence is what the events say.</summary>
    [JsonIgnore]
    public bool Agrees => Differences.Count == 0;

    /// <summary>The outcome in words.</summary>
    [JsonIgnore]
    public string Finding => Agrees
        ? string.Create(CultureInfo.InvariantCulture, $"{Events} stored events were read again and say the same.")
        : string.Create(CultureInfo.InvariantCulture, $"{Events} stored events were read again and say something else of {string.Join(", ", Differences)}; from now on their word counts.");

    /// <summary>Checks evidence against the events it was made from.</summary>
    /// <param name="evidence">The evidence as stored.</param>
    /// <param name="facts">All stored events, from the first; later ones than the evidence knows do not count.</param>
    /// <param name="launch">How the run comes by its first process.</param>
    public static EvidenceReplay Check(RunEvidence evidence, IEnumerable<ReceivedFact> facts, LaunchKind launch)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(facts);
        var known = facts.TakeWhile(received => received.Fact.Sequence <= evidence.Through).ToList();
        var again = EvidenceFold.Apply(RunEvidence.None, known, launch);
        return new EvidenceReplay(known.Count, evidence == again ? [] : Compare(evidence, again));
    }

    private static ValueList<string> Compare(RunEvidence left, RunEvidence right)
    {
        var (before, after) = (ToJson(left), ToJson(right));
        return before.Select(static member => member.Key).Union(after.Select(static member => member.Key), StringComparer.Ordinal)
            .Where(name => !JsonNode.DeepEquals(before[name], after[name]))
            .Order(StringComparer.Ordinal)
            .ToValueList();
    }

    private static JsonObject ToJson(RunEvidence evidence) => JsonSerializer.SerializeToNode(evidence, CoreJson.Options)!.AsObject();
}
