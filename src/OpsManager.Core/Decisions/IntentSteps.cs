using OpsManager.Core.Intents;

namespace OpsManager.Core.Decisions;

/// <summary>The steps of an intent.</summary>
internal static class IntentSteps
{
    private static readonly TimeSpan FirstResend = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastResend = TimeSpan.FromSeconds(60);

    // More than any intent takes by itself; people's retries of a broken endpoint are one step.
    private const int EvidenceLimit = 500;

    public static Intent Accepted(IntentRequest request, long number, int? attempt, DateTimeOffset deadline, DateTimeOffset now) => new()
    {
        Id = request.Id,
        Number = number,
        Verb = request.Verb,
        Status = IntentStatus.Accepted,
        By = request.By,
        Note = request.Note,
        AcceptedAt = now,
        Candidate = request.Candidate,
        Attempt = attempt,
        Deadline = deadline,
        TraceParent = request.TraceParent,
        RequestHash = request.RequestHash,
        Steps = [new IntentStep(IntentStatus.Accepted, now, request.By, null, null)],
    };

    public static Intent Sending(this Intent intent, DateTimeOffset now)
    {
        var wait = FirstResend * Math.Pow(2, Math.Min(intent.Sends, 4));
        var sending = intent with { Sends = intent.Sends + 1, SendAt = now + (wait < LastResend ? wait : LastResend) };
        return intent.Status == IntentStatus.Sending ? sending : sending.Enter(IntentStatus.Sending, now, "manager", null, null);
    }

    public static Intent Delivered(this Intent intent, DateTimeOffset? deadline, string by, string? evidence, DateTimeOffset now) =>
        (intent with { SendAt = null, DeliveredAt = now, Deadline = deadline }).Enter(IntentStatus.Delivered, now, by, null, evidence);

    public static Intent End(this Intent intent, IntentStatus status, DateTimeOffset now, string by, string? code, string? evidence) =>
        (intent with { SendAt = null, Deadline = null }).Enter(status, now, by, code, evidence);

    /// <summary>Notes what came of the last send without another step.</summary>
    public static Intent Noting(this Intent intent, string? code, string? evidence)
    {
        var last = intent.Steps[^1] with { Code = code, Evidence = Bounded(evidence) };
        return intent with { Steps = intent.Steps.SetItem(intent.Steps.Count - 1, last) };
    }

    private static Intent Enter(this Intent intent, IntentStatus status, DateTimeOffset now, string by, string? code, string? evidence) =>
        intent with { Status = status, Steps = intent.Steps.Add(new IntentStep(status, now, by, code, Bounded(evidence))) };

    private static string? Bounded(string? text) => Primitives.LenientJson.Bounded(text, EvidenceLimit);
}
