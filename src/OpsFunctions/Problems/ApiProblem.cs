using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsFunctions.Problems;

/// <summary>Problem details as of RFC 9457, with the members every problem of this API has.</summary>
public sealed record ApiProblem
{
    /// <summary>Identifies the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>This occurrence in words.</summary>
    public required string Detail { get; init; }

    /// <summary>Path of the request.</summary>
    public string? Instance { get; init; }

    /// <summary>Stable code.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong where, for a request that could be corrected.</summary>
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>The run concerned, such as the holder of a sprite.</summary>
    public RunId? RunId { get; init; }

    /// <summary>State of that run, where it is the reason.</summary>
    public LifecycleState? State { get; init; }

    /// <summary>Where to go on.</summary>
    public IReadOnlyDictionary<string, string>? Links { get; init; }

    /// <summary>What may be asked of the run instead.</summary>
    public IReadOnlyList<AllowedAction>? AllowedActions { get; init; }

    /// <summary>When to come back; also in the header <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Trace id of the request, as in the logs.</summary>
    public string? TraceId { get; init; }

    /// <summary>A problem of a kind.</summary>
    public static ApiProblem Of(ProblemKind kind, string detail) => new()
    {
        Type = $"urn:superloop-ops:problem:{kind.Code}",
        Title = kind.Title,
        Status = kind.Status,
        Detail = detail,
        Code = kind.Code,
    };

    /// <summary>A refusal of values that could be corrected; the first one gives it its code.</summary>
    public static ApiProblem Of(IReadOnlyList<FieldError> errors)
    {
        var first = errors[0];
        var kind = ProblemKinds.ByCode.GetValueOrDefault(first.Code, ProblemKinds.InvalidField);
        return Of(kind, $"{first.Field}: {first.Detail} {first.Fix}") with { Errors = errors };
    }
}
