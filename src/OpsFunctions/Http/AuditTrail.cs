using System.Globalization;
using OpsFunctions.Api;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Merges what the rows of a run tell into one story, by time.</summary>
/// <param name="store">The store.</param>
public sealed class AuditTrail(IRunStore store)
{
    private const string Manager = "manager";
    private const int Batch = 500;

    /// <summary>Entries after a position, in order, at most <paramref name="limit"/>; null begins at the first.</summary>
    public async Task<Page<AuditEntry>> ReadAsync(RunId runId, AuditPosition? after, int limit, ApiLinks links, CancellationToken cancellationToken)
    {
        // All of it each time: what changes the state of a run is counted in dozens, and an intent that is open tells new steps later.
        var entries = new List<(AuditPosition Position, AuditEntry Entry)>();
        entries.AddRange((await AllAsync((from, token) => store.ReadTransitionsAsync(runId, from, Batch, token), static item => item.Number, cancellationToken)).Select(item => Of(item, runId, links)));
        entries.AddRange((await AllAsync((from, token) => store.ReadIntentsAsync(runId, from, Batch, token), static item => item.Number, cancellationToken)).SelectMany(item => Of(item, runId, links)));
        entries.AddRange((await AllAsync((from, token) => store.ReadEscalationsAsync(runId, from, Batch, token), static item => item.Number, cancellationToken)).SelectMany(item => Of(item, runId, links)));
        entries.AddRange((await AllAsync((from, token) => store.ReadPolicyChangesAsync(runId, from, Batch, token), static item => item.Number, cancellationToken)).Select(item => Of(item, runId, links)));
        entries.AddRange((await AllAsync((from, token) => store.ReadEngineReplacementsAsync(runId, from, Batch, token), static item => item.Generation, cancellationToken)).Select(item => Of(item, runId, links)));
        entries.AddRange((await store.ReadRejectedEventsAsync(runId, Batch, cancellationToken)).Select(item => Of(item, runId, links)));

        var rest = entries.Where(item => after is not { } position || AuditPosition.Order.Compare(item.Position, position) > 0).OrderBy(static item => item.Position, AuditPosition.Order).Take(limit + 1).ToList();
        return new Page<AuditEntry>([.. rest.Take(limit).Select(static item => item.Entry)], rest.Count > limit ? rest[limit - 1].Position.ToString() : null);
    }

    private static async Task<List<T>> AllAsync<T>(Func<long, CancellationToken, Task<IReadOnlyList<T>>> read, Func<T, long> numberOf, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        while (true)
        {
            var page = await read(all.Count == 0 ? 0 : numberOf(all[^1]), cancellationToken);
            all.AddRange(page);
            if (page.Count < Batch)
            {
                return all;
            }
        }
    }

    private static (AuditPosition Position, AuditEntry Entry) Of(Transition transition, RunId runId, ApiLinks links) =>
        (new AuditPosition(transition.At.UtcTicks, AuditKind.Transition, transition.Number, 0, string.Empty), new AuditEntry
        {
            At = transition.At,
            Kind = AuditKind.Transition,
            By = transition.By,
            What = QueryReader.WordOf(transition.To),
            Outcome = transition.From is { } from ? $"from {QueryReader.WordOf(from)}" : "accepted",
            Reason = transition.Reason,
            Evidence = transition.Evidence,
            Number = transition.Number,
            Link = FormattableString.Invariant($"{links.Run(runId, "transitions")}?after={transition.Number - 1}&limit=1"),
        });

    private static IEnumerable<(AuditPosition Position, AuditEntry Entry)> Of(Intent intent, RunId runId, ApiLinks links) =>
        intent.Steps.Select((step, number) => (new AuditPosition(step.At.UtcTicks, AuditKind.Intent, intent.Number, number, string.Empty), new AuditEntry
        {
            At = step.At,
            Kind = AuditKind.Intent,
            By = step.By,
            What = intent.Verb.Word(),
            Outcome = QueryReader.WordOf(step.Status),
            Reason = step.Code,
            Note = number == 0 ? intent.Note : null,
            Evidence = step.Evidence,
            Result = QueryReader.WordOf(intent.Status),
            Number = intent.Number,
            Link = links.Intent(runId, intent.Id),
        }));

    private static IEnumerable<(AuditPosition Position, AuditEntry Entry)> Of(StoredEscalation escalation, RunId runId, ApiLinks links)
    {
        yield return Entry(escalation.RaisedAt, 0, "raised");
        if (escalation.Acknowledgement is { } seen)
        {
            yield return Entry(seen.At, 1, "acknowledged", seen.By, seen.Note);
        }

        if (escalation.ResolvedAt is { } resolvedAt)
        {
            yield return Entry(resolvedAt, 2, "resolved");
        }

        (AuditPosition, AuditEntry) Entry(DateTimeOffset at, int step, string outcome, string by = Manager, string? note = null) =>
            (new AuditPosition(at.UtcTicks, AuditKind.Escalation, escalation.Number, step, string.Empty), new AuditEntry
            {
                At = at,
                Kind = AuditKind.Escalation,
                By = by,
                What = escalation.Code,
                Outcome = outcome,
                Note = note,
                Evidence = escalation.Detail,
                Number = escalation.Number,
                Link = FormattableString.Invariant($"{links.Run(runId, "escalations")}?after={escalation.Number - 1}&limit=1"),
            });
    }

    private static (AuditPosition Position, AuditEntry Entry) Of(PolicyChange change, RunId runId, ApiLinks links) =>
        (new AuditPosition(change.At.UtcTicks, AuditKind.PolicyChange, change.Number, 0, string.Empty), new AuditEntry
        {
            At = change.At,
            Kind = AuditKind.PolicyChange,
            By = change.By,
            What = "policy",
            Outcome = "changed",
            Note = change.Note,
            Evidence = string.Join("; ", change.Changes.Select(static field => $"{field.Field}: {field.From ?? "none"} -> {field.To ?? "none"}")),
            Number = change.Number,
            Link = links.Run(runId),
        });

    private static (AuditPosition Position, AuditEntry Entry) Of(EngineReplacement replacement, RunId runId, ApiLinks links) =>
        (new AuditPosition(replacement.At.UtcTicks, AuditKind.EngineReplaced, replacement.Generation, 0, string.Empty), new AuditEntry
        {
            At = replacement.At,
            Kind = AuditKind.EngineReplaced,
            By = replacement.By,
            What = "engine",
            Outcome = "replaced",
            Reason = replacement.Found,
            Evidence = replacement.DueAt is { } dueAt
                ? string.Create(CultureInfo.InvariantCulture, $"The engine before generation {replacement.Generation} was found {replacement.Found}, its poll due at {dueAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.")
                : string.Create(CultureInfo.InvariantCulture, $"The engine before generation {replacement.Generation} was found {replacement.Found} and had never polled."),
            Number = replacement.Generation,
            Link = links.Run(runId),
        });

    private static (AuditPosition Position, AuditEntry Entry) Of(RejectedEvent rejected, RunId runId, ApiLinks links) =>
        (new AuditPosition(rejected.At.UtcTicks, AuditKind.RejectedEvent, 0, 0, rejected.Id), new AuditEntry
        {
            At = rejected.At,
            Kind = AuditKind.RejectedEvent,
            By = rejected.By,
            What = "intent",
            Outcome = "rejected",
            Reason = IntentCodes.Unreadable,
            Evidence = rejected.Beginning is null ? rejected.Reason : $"{rejected.Reason} It began: {rejected.Beginning}",
            Link = links.Run(runId, "audit"),
        });
}
