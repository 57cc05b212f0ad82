using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Http;

/// <summary>
/// Asks the adapter once before a run is stored. Only a definite answer refuses: what may pass by itself is shown by the run, which
/// recovers without anybody asking again.
/// </summary>
/// <param name="adapter">The adapter client.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class PreflightProbe(IAdapterClient adapter, IOptions<ApiOptions> options, TimeProvider time, ILogger<PreflightProbe> logger)
{
    private const string StartCapability = "start";

    /// <summary>Why the run cannot work, or null.</summary>
    public async Task<ApiProblem?> ProbeAsync(CreateRunRequest request, string traceId, CancellationToken cancellationToken)
    {
        var sprite = new SpriteRef(request.Sprite.Name, request.Sprite.Endpoint, request.Sprite.TokenName);
        using var timeout = new CancellationTokenSource(options.Value.ProbeTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        AdapterResult<SnapshotReading> result;
        try
        {
            result = await adapter.GetSnapshotAsync(sprite, request.LoopId, traceId, linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            AcceptedUnseen(logger, request.Sprite.Name, AdapterFailureCodes.TransportTimeout, traceId);
            return null;
        }

        switch (result)
        {
            case AdapterAnswer<SnapshotReading> answer:
                return Judge(request, answer.Value);
            case AdapterFailure<SnapshotReading> failure when Refusal(failure.Code) is { } kind:
                return ApiProblem.Of(kind, failure.Detail);
            case AdapterFailure<SnapshotReading> failure:
                AcceptedUnseen(logger, request.Sprite.Name, failure.Code, traceId);
                return null;
            default:
                return null;
        }
    }

    private static ApiProblem? Judge(CreateRunRequest request, SnapshotReading snapshot)
    {
        var served = snapshot.Envelope.Source.RepoPath;
        if (request.RepoPath is { } asked && asked != served)
        {
            return ApiProblem.Of(ProblemKinds.RepoMismatch, $"The adapter serves {served}, asked for was {asked}.");
        }

        if (request.Launch == LaunchKind.Start && snapshot.Envelope.Ext?.Capabilities?.Contains(StartCapability) != true)
        {
            return ApiProblem.Of(
                ProblemKinds.StartUnsupported,
                "The adapter does not announce the capability start. Launch the loop inside the sprite and attach to it.");
        }

        return null;
    }

    private static ProblemKind? Refusal(string code) => code switch
    {
        AdapterFailureCodes.LoopUnknown => ProblemKinds.LoopUnknown,
        AdapterFailureCodes.UnsupportedSchemaVersion => ProblemKinds.UnsupportedSchemaVersion,
        AdapterFailureCodes.AdapterUnauthorized => ProblemKinds.AdapterUnauthorized,
        AdapterFailureCodes.AdapterTokenMissing => ProblemKinds.TokenUnknown,
        AdapterFailureCodes.EndpointNotAllowed => ProblemKinds.EndpointNotAllowed,
        _ => null,
    };
}
