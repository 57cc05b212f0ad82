using OpsManager.Core.Attention;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Index;

/// <summary>A run in the list as a row: the item as a document, and what filters compare as properties of their own.</summary>
internal static class ListRow
{
    public static DocumentFormat<RunListItem> Format { get; } = new("list item");

    /// <summary>The item of a head.</summary>
    public static RunListItem ItemOf(RunHead head)
    {
        var (run, spec) = (head.Run, head.Run.Spec);
        return new RunListItem
        {
            RunId = spec.RunId,
            Revision = head.Revision,
            State = run.Lifecycle.State,
            Reason = run.Lifecycle.Reason,
            StateSince = run.Lifecycle.Since,
            Health = run.Health.Verdict,
            NeedsAttention = run.NeedsAttention(),

            // As of the decision: a row must be the same whenever it is made from the same head.
            Attention = OperatorStatus.Of(run, run.DecidedAt),
            HoldsSprite = run.Lifecycle.Quiescence != Quiescence.Proven,
            CreatedAt = spec.CreatedAt,
            Sprite = spec.Sprite.Name,
            LoopId = spec.LoopId,
            Workspace = spec.Workspace,
            Repo = spec.RepoPath,
            Labels = spec.Labels,
            TotalIterations = run.Evidence.TotalIterations,
            LastEventSequence = head.StoredThrough,
        };
    }

    public static string KeyOf(RunHead head) => IndexKeys.ListRow(head.Run.Spec.CreatedAt, head.Run.Spec.RunId);

    public static Dictionary<string, object> Properties(RunListItem item) => RowProperties.With(
        Payload.EncodeDocument(DocumentFormat<RunListItem>.Write(item)),
        Format.Version,
        WriteIds.Next(),
        (RowProperties.Revision, item.Revision),
        (RowProperties.State, NameOf(item.State)),
        (RowProperties.Health, NameOf(item.Health)),
        (RowProperties.Attention, item.NeedsAttention),
        (RowProperties.Workspace, Short(item.Workspace)),
        (RowProperties.Repo, Short(item.Repo)));

    public static async Task<RunListItem> ReadAsync(TableRow row, IStorageGateway gateway, CancellationToken cancellationToken) =>
        Format.Read(row, await Payload.DecodeAsync(row, gateway, cancellationToken));

    /// <summary>The conditions that the service can check.</summary>
    public static IReadOnlyList<KeyValuePair<string, object>> ConditionsOf(RunFilter filter)
    {
        var conditions = new List<KeyValuePair<string, object>>();
        Add(RowProperties.State, filter.State is { } state ? NameOf(state) : null);
        Add(RowProperties.Health, filter.Health is { } health ? NameOf(health) : null);
        Add(RowProperties.Workspace, Short(filter.Workspace));
        Add(RowProperties.Repo, Short(filter.Repo));
        Add(RowProperties.Attention, filter.NeedsAttention);
        return conditions;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                conditions.Add(new(name, value));
            }
        }
    }

    /// <summary>All conditions, on the item itself: labels, which no property holds, and texts too long for one.</summary>
    public static bool Matches(RunListItem item, RunFilter filter) =>
        (filter.State is null || item.State == filter.State)
        && (filter.Health is null || item.Health == filter.Health)
        && (filter.Workspace is null || item.Workspace == filter.Workspace)
        && (filter.Repo is null || item.Repo == filter.Repo)
        && (filter.NeedsAttention is null || item.NeedsAttention == filter.NeedsAttention)
        && (filter.Label is null || item.Labels.Any(label => label.Key == filter.Label || $"{label.Key}={label.Value}" == filter.Label));

    // Names of the enums' members, not their JSON words: the two may differ, and only this row and its filter must agree.
    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString();

    /// <summary>What of a text takes part in the comparison: a filter has a bounded length. The item itself decides the rest.</summary>
    private static string? Short(string? text) => text is { Length: > 256 } ? text[..256] : text;
}
