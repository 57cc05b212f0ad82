using System.Globalization;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsManager.Sprites.Adapter;

/// <summary>What is sent for an intent, and what its answer says of it. Whoever cannot tell says unknown: reading tells.</summary>
internal static class ControlCalls
{
    private const string AlreadyDecided = "already_decided";

    /// <summary>The body of the call.</summary>
    public static byte[] Body(ControlOrder order, LoopId loopId, string? traceId) =>
        JsonSerializer.SerializeToUtf8Bytes(order.V1Only ? OfVersion1(order, loopId, traceId) : Fenced(order, loopId, traceId), ContractJsonContext.Default.ControlRequest);

    /// <summary>What became of the intent.</summary>
    public static AdapterResult<DeliveryAnswer> Read(ControlOrder order, AdapterReply reply)
    {
        // Below here somebody answered; who did not, or refused the token, said nothing about the intent.
        if (reply.FailureCode is not null || reply.Status is 401 or 403)
        {
            var (code, detail) = AdapterErrors.Find(reply) ?? (AdapterFailureCodes.AdapterError, $"HTTP {reply.Status}");
            return new AdapterFailure<DeliveryAnswer>(code, detail);
        }

        return order.V1Only ? ReadVersion1(order, reply) : ReadFenced(order, reply);
    }

    private static ControlRequest Fenced(ControlOrder order, LoopId loopId, string? traceId) => new()
    {
        LoopId = loopId.Value,
        Intent = order.Verb.Word(),
        By = order.By,
        Note = order.Note,
        IdempotencyKey = order.Intent.Value,
        TraceId = traceId,

        // The next poll is the observation; one more on the way only costs the caller time.
        NoConfirm = true,
        IntentId = order.Intent.Value,
        RunId = order.RunId.Value,
        Attempt = order.Attempt,
        Generation = order.Generation,
        Order = order.Order,
        RuntimeRunId = order.RuntimeRunId,
        Candidate = order.Candidate is { } candidate
            ? new ControlCandidate
            {
                RuntimeRunId = candidate.RuntimeRunId,
                Iteration = candidate.Iteration,
                RequestedAt = candidate.RequestedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
            }
            : null,
    };

    // Without a wait for confirmation, which on such an endpoint holds the answer back for half a minute and then calls it a failure.
    private static ControlRequest OfVersion1(ControlOrder order, LoopId loopId, string? traceId) => new()
    {
        LoopId = loopId.Value,
        Intent = order.Verb.Word(),
        By = order.By,
        Note = string.IsNullOrEmpty(order.Note) ? order.Intent.Value : $"{order.Intent}: {order.Note}",
        IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"{order.Intent}-{order.Sends}"),
        TraceId = traceId,
        NoConfirm = true,
    };

    private static AdapterResult<DeliveryAnswer> ReadFenced(ControlOrder order, AdapterReply reply)
    {
        if (Parse(reply.Body) is not { } answer)
        {
            var error = AdapterErrors.FindIn(reply.Body, onlyIfRefused: false);
            return reply.Status is 400 or 404 or 409 && error is not null
                ? Refused(order, error, null, reply.Secret)
                : Failure(reply);
        }

        return answer switch
        {
            { Ok: true, ExitCode: 0 } => Answer(order, DeliveryOutcome.Done),
            { Error: { } error } => Refused(order, error, answer.Result?.Decision, reply.Secret),
            { ExitCode: 2 } or { Result.Status: "ambiguous" } => Answer(order, DeliveryOutcome.Unproven, "ambiguous", answer.Result?.CommandOutput, reply.Secret),
            _ => Failure(reply),
        };
    }

    private static AdapterResult<DeliveryAnswer> Refused(ControlOrder order, ServiceError error, DecisionFacts? decision, string? secret)
    {
        var code = AdapterErrors.CodeOrElse(error.Code, "control_refused");
        return code switch
        {
            // Not begun, or overtaken by a call of this very manager: the next cycle's order is higher.
            "stale_order" or "control_in_progress" or "start_in_progress" => Answer(order, DeliveryOutcome.Unknown, code, error.Message, secret),
            AlreadyDecided => Answer(order, DeliveryOutcome.Refused, code, error.Message, secret, decision?.By),
            _ => Answer(order, DeliveryOutcome.Refused, code, error.Message, secret),
        };
    }

    /// <summary>The status is not asked: a stored failure is answered with 200, and a decision that was recorded with 500.</summary>
    private static AdapterResult<DeliveryAnswer> ReadVersion1(ControlOrder order, AdapterReply reply)
    {
        if (Parse(reply.Body) is { } answer)
        {
            return answer is { Ok: true, Replayed: false, Result.Status: "confirmed" or "executed_unconfirmed" }
                ? Answer(order, DeliveryOutcome.Done)
                : Answer(order, DeliveryOutcome.Unknown, answer.Replayed ? "replayed" : answer.Result?.Status ?? "adapter_error", answer.Result?.CommandOutput, reply.Secret);
        }

        // Said before anything was carried out.
        return AdapterErrors.FindIn(reply.Body, onlyIfRefused: true) is { Code: "invalid_request" or "invalid_json" or "not_found" } error
            ? Answer(order, DeliveryOutcome.Refused, error.Code, error.Message, reply.Secret)
            : Failure(reply);
    }

    private static AdapterAnswer<DeliveryAnswer> Answer(
        ControlOrder order, DeliveryOutcome outcome, string? code = null, string? detail = null, string? secret = null, string? by = null) =>
        new(new DeliveryAnswer(
            order.Intent,
            outcome,
            code is null ? null : AdapterErrors.CodeOrElse(code, "control_refused"),
            string.IsNullOrWhiteSpace(detail) ? null : DetailText.Clean(detail, secret),
            string.IsNullOrWhiteSpace(by) ? null : DetailText.Clean(by, secret)));

    private static AdapterFailure<DeliveryAnswer> Failure(AdapterReply reply) => AdapterErrors.Find(reply) is var (code, detail)
        ? new AdapterFailure<DeliveryAnswer>(code, detail)
        : new AdapterFailure<DeliveryAnswer>(AdapterFailureCodes.InvalidTransportPayload, "The answer to the control call says neither done nor refused.");

    /// <summary>The answer; null for a bare refusal and for what is none.</summary>
    private static ControlAnswer? Parse(byte[] body)
    {
        try
        {
            using var document = JsonText.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("exitCode", out _)
                ? document.RootElement.Deserialize(ContractJsonContext.Default.ControlAnswer)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
