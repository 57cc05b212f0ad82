using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OpsManager.Contract;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Sprites.Adapter;

/// <summary>Calls adapters over HTTP. Every outcome but the caller's own cancellation is a value.</summary>
internal sealed class AdapterClient : IAdapterClient
{
    private readonly AdapterTransport _transport;
    private readonly IOptionsMonitor<AdapterClientOptions> _options;

    public AdapterClient(
        IHttpClientFactory clients,
        IEndpointPolicy policy,
        AdapterTokens tokens,
        IOptionsMonitor<AdapterClientOptions> options,
        TimeProvider time)
    {
        _options = options;
        _transport = new AdapterTransport(clients, policy, tokens, options, time);
    }

    /// <inheritdoc/>
    public async Task<AdapterResult<SnapshotReading>> GetSnapshotAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken)
    {
        var reply = await _transport.SendAsync(
            sprite, HttpMethod.Get, $"ops/snapshot?loopId={Uri.EscapeDataString(loopId.Value)}", null, traceId, _options.CurrentValue.RequestTimeout, cancellationToken);
        if (AdapterErrors.Find(reply) is var (code, detail))
        {
            return new AdapterFailure<SnapshotReading>(code, detail);
        }

        return EnvelopeValidator.ReadSnapshot(reply.Body, loopId.Value) switch
        {
            ValidEnvelope<LoopRunSnapshot> valid => new AdapterAnswer<SnapshotReading>(new SnapshotReading(valid.Envelope, reply.Body)),
            RefusedEnvelope<LoopRunSnapshot> refused => new AdapterFailure<SnapshotReading>(
                EnvelopeFailures.CodeOf(refused.First), EnvelopeFailures.DetailOf("Snapshot", refused.First)),
            _ => throw new InvalidOperationException("The verdicts are a closed set."),
        };
    }

    /// <inheritdoc/>
    public async Task<AdapterResult<EventsReading>> GetEventsAsync(
        SpriteRef sprite, LoopId loopId, long cursor, int maxEvents, string? traceId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        var limit = Math.Min(maxEvents, _options.CurrentValue.MaxEventsPerPage);
        var relative = string.Create(CultureInfo.InvariantCulture, $"ops/events?loopId={Uri.EscapeDataString(loopId.Value)}&cursor={cursor}&maxEvents={limit}");
        var reply = await _transport.SendAsync(sprite, HttpMethod.Get, relative, null, traceId, _options.CurrentValue.RequestTimeout, cancellationToken);
        return AdapterErrors.Find(reply) is var (code, detail)
            ? new AdapterFailure<EventsReading>(code, detail)
            : EventPageReader.Read(reply, loopId.Value, cursor, limit);
    }

    /// <inheritdoc/>
    public async Task<AdapterResult<DiagnosticsReading>> GetDiagnosticsAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken)
    {
        var reply = await _transport.SendAsync(
            sprite,
            HttpMethod.Get,
            $"ops/diagnostics?loopId={Uri.EscapeDataString(loopId.Value)}",
            null,
            traceId,
            _options.CurrentValue.RequestTimeout,
            cancellationToken,
            DiagnosticsReading.MaxBytes);
        return AdapterErrors.Find(reply) is var (code, detail)
            ? new AdapterFailure<DiagnosticsReading>(code, detail)
            : DiagnosticsCleaner.Read(reply, loopId.Value);
    }

    /// <inheritdoc/>
    public async Task<AdapterResult<StartAnswer>> StartAsync(SpriteRef sprite, LoopId loopId, StartOrder order, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new StartRequest { RunId = order.RunId.Value, Attempt = order.Attempt, Generation = order.Generation, Order = order.Order, LoopId = loopId.Value },
            ContractJsonContext.Default.StartRequest);
        var reply = await _transport.SendAsync(sprite, HttpMethod.Post, "ops/start", body, null, _options.CurrentValue.ControlTimeout, cancellationToken);

        // A refusal is an answer: the adapter says for certain that it launched nothing.
        if (reply.Status is 200 or 409 && AdapterErrors.FindIn(reply.Body, onlyIfRefused: true) is { } refused)
        {
            return new AdapterAnswer<StartAnswer>(new StartAnswer(
                false, AdapterErrors.CodeOrElse(refused.Code, "start_refused"), DetailText.Clean(refused.Message, reply.Secret), null));
        }

        if (AdapterErrors.Find(reply) is var (code, detail))
        {
            return new AdapterFailure<StartAnswer>(code, detail);
        }

        return ReadStarted(reply.Body) is { BaseLine: >= 0 } started
            ? new AdapterAnswer<StartAnswer>(new StartAnswer(true, null, null, started.BaseLine))
            : new AdapterFailure<StartAnswer>(AdapterFailureCodes.InvalidTransportPayload, "The answer to the start lacks ok or started.baseLine; whether a process was launched is unknown.");
    }

    /// <inheritdoc/>
    public async Task<AdapterResult<DeliveryAnswer>> ControlAsync(SpriteRef sprite, LoopId loopId, ControlOrder order, string? traceId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Verb == IntentVerb.Relaunch)
        {
            throw new ArgumentException("A relaunch is a start, not a control call.", nameof(order));
        }

        var reply = await _transport.SendAsync(
            sprite, HttpMethod.Post, "ops/control", ControlCalls.Body(order, loopId, traceId), traceId, _options.CurrentValue.ControlTimeout, cancellationToken);
        return ControlCalls.Read(order, reply);
    }

    private static StartedProcess? ReadStarted(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ContractJsonContext.Default.StartResponse) is { Ok: true } response ? response.Started : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
