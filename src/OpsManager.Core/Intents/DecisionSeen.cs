namespace OpsManager.Core.Intents;

/// <summary>A decision on a candidate, as it was read.</summary>
/// <param name="Status"><c>approved</c> or <c>rejected</c>.</param>
/// <param name="By">Who took it.</param>
/// <param name="Marks">Where the id of the intent that took it stands, if one did.</param>
internal sealed record DecisionSeen(string Status, string? By, string Marks)
{
    public bool Bears(IntentId intent) => Marks.Contains(intent.Value, StringComparison.Ordinal);

    public bool Is(IntentVerb verb) => Status == (verb == IntentVerb.Approve ? "approved" : "rejected");
}
