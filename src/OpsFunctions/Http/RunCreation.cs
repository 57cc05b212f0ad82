using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Accepts a Loop Run: identity, probe, storing.</summary>
/// <param name="store">The store.</param>
/// <param name="probe">Asks the adapter.</param>
/// <param name="profiles">The profiles in force.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class RunCreation(IRunStore store, PreflightProbe probe, ProfileSet profiles, TimeProvider time, ILogger<RunCreation> logger)
{
    /// <summary>Accepts a run or says why not.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="idempotencyKey">The caller's key, or null.</param>
    /// <param name="caller">Who asks, as far as the caller says; or null.</param>
    /// <param name="traceParent">Trace context of the request.</param>
    /// <param name="traceId">Its trace id.</param>
    /// <param name="links">Addresses for refusals that point somewhere.</param>
    /// <param name="cancellationToken">Cancels before anything is stored.</param>
    public async Task<(RunHead? Head, bool Replayed, ApiProblem? Problem)> CreateAsync(
        CreateRunRequest request,
        string? idempotencyKey,
        string? caller,
        string traceParent,
        string traceId,
        ApiLinks links,
        CancellationToken cancellationToken)
    {
        var runId = idempotencyKey is null ? RunIds.Random() : RunIds.FromKey(idempotencyKey);

        // A request that was accepted before is answered the same way again, whatever has become of the adapter since.
        var repeated = idempotencyKey is not null && await store.FindAsync(runId, cancellationToken) is not null;
        if (!repeated)
        {
            var problem = await CheckRetryAsync(request, links, cancellationToken)
                ?? await probe.ProbeAsync(request, traceId, cancellationToken);
            if (problem is not null)
            {
                return (null, false, problem);
            }
        }

        var run = NewRun(runId, request, caller, traceParent);
        var result = await store.CreateAsync(new NewRun(run, idempotencyKey, HashOf(request)) { Transitions = [Accepted(run)] }, cancellationToken);
        switch (result)
        {
            case CreateRunResult.Created created:
                RunAccepted(logger, runId, request.LoopId, request.Sprite.Name, request.Launch, traceId);
                return (created.Head, false, null);
            case CreateRunResult.AlreadyExists existing:
                return (existing.Head, true, null);
            case CreateRunResult.KeyReused { Deleted: true } deleted:
                return (null, false, ApiProblem.Of(
                    ProblemKinds.IdempotencyKeyReused,
                    $"This key belongs to run {deleted.RunId}, which was deleted. Ids are never used again: use a new key for a new run.") with
                {
                    RunId = deleted.RunId,
                });
            case CreateRunResult.KeyReused reused:
                return (null, false, ApiProblem.Of(
                    ProblemKinds.IdempotencyKeyReused,
                    $"This key belongs to run {reused.RunId}, which was asked for with another body. Use a new key for a new run.") with
                {
                    RunId = reused.RunId,
                    Links = new Dictionary<string, string>(StringComparer.Ordinal) { ["run"] = links.Run(reused.RunId) },
                });
            case CreateRunResult.SpriteClaimed claimed:
                return (null, false, ApiProblem.Of(
                    ProblemKinds.SpriteClaimed,
                    $"Sprite {request.Sprite.Name} is held by run {claimed.Holder}. Wait for its end, or use another sprite.") with
                {
                    RunId = claimed.Holder,
                    Links = new Dictionary<string, string>(StringComparer.Ordinal) { ["holder"] = links.Run(claimed.Holder) },
                });
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    private async Task<ApiProblem?> CheckRetryAsync(CreateRunRequest request, ApiLinks links, CancellationToken cancellationToken)
    {
        if (request.RetryOf is not { } earlier)
        {
            return null;
        }

        var head = await store.FindAsync(earlier, cancellationToken);
        if (head is null or { Purging: true })
        {
            return ApiProblem.Of(
            [
                new FieldError("retryOf", ProblemKinds.RetryOfNotFound.Code, $"There is no run {earlier}.", "The id of an ended run, or leave it out."),
            ]);
        }

        return head.Run.Lifecycle.State.IsTerminal()
            ? null
            : ApiProblem.Of(ProblemKinds.RetryOfNotEnded, $"Run {earlier} is {QueryReader.WordOf(head.Run.Lifecycle.State)}; only an ended run can be repeated.") with
            {
                RunId = earlier,
                Links = new Dictionary<string, string>(StringComparer.Ordinal) { ["run"] = links.Run(earlier) },
            };
    }

    private LoopRun NewRun(RunId runId, CreateRunRequest request, string? caller, string traceParent)
    {
        var profile = request.Profile ?? profiles.Default;
        var spec = new RunSpec
        {
            RunId = runId,
            Launch = request.Launch,
            LoopId = request.LoopId,
            Sprite = new SpriteRef(request.Sprite.Name, request.Sprite.Endpoint, request.Sprite.TokenName),
            RepoPath = request.RepoPath,
            Workspace = request.Workspace,
            Labels = (request.Labels ?? new Dictionary<string, string>())
                .OrderBy(label => label.Key, StringComparer.Ordinal)
                .Select(label => new RunLabel(label.Key, label.Value))
                .ToValueList(),
            Profile = profile,
            RetryOf = request.RetryOf,
            RelaunchOnDecision = request.RelaunchOnDecision,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = caller,
            TraceParent = traceParent,
        };
        var thresholds = profiles.Find(profile) ?? throw new ArgumentException($"No profile {profile}.", nameof(request));
        return LoopRun.Create(spec, WithOverrides(thresholds, request)) with { TransitionCount = 1 };
    }

    private static RunPolicy WithOverrides(RunPolicy profile, CreateRunRequest request)
    {
        if (request.Policy is not { } overrides)
        {
            return profile;
        }

        var errors = new List<FieldError>();
        return PolicyReader.ReadNew(profile, JsonSerializer.SerializeToElement(overrides, ApiJson.Options), errors)
            ?? throw new ArgumentException($"{errors[0].Field}: {errors[0].Detail}", nameof(request));
    }

    // The audit trail begins with the acceptance.
    private static Transition Accepted(LoopRun run) => new()
    {
        Number = 1,
        At = run.Spec.CreatedAt,
        To = run.Lifecycle.State,
        Rule = "accepted",
        Evidence = run.Spec.Launch == LaunchKind.Start ? "A request to start the loop was accepted." : "A request to attach to the loop was accepted.",
        By = run.Spec.CreatedBy ?? "manager",
    };

    // Of the request as understood: spelling out a default is the same request.
    private static string HashOf(CreateRunRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Options)));
}
