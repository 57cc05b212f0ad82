namespace OpsManager.Core.Alerts;

/// <summary>How alerts with one cause come together.</summary>
/// <param name="NewGroups">Groups to be formed.</param>
/// <param name="Joins">Keys of alerts and the ids of the groups they join.</param>
/// <param name="Waiting">Keys of alerts that wait for others, and until when.</param>
public sealed record GroupPlan(
    IReadOnlyList<AlertGroup> NewGroups,
    IReadOnlyList<(string Key, string Group)> Joins,
    IReadOnlyDictionary<string, DateTimeOffset> Waiting);
