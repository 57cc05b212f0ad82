using OpsFunctions.Http;
using OpsFunctions.Problems;

namespace OpsFunctions.OpenApi;

/// <summary>What the attributes of an HTTP function cannot say about it.</summary>
public sealed record ApiOperation
{
    /// <summary>Name of the function.</summary>
    public required string Function { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>What a caller has to know besides.</summary>
    public string? Description { get; init; }

    /// <summary>Parameters of query and headers.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>Type of the request's body; null if it has none.</summary>
    public Type? Request { get; init; }

    /// <summary>Answers that are no problems.</summary>
    public required IReadOnlyList<ApiResponse> Responses { get; init; }

    /// <summary>Whether it reads or writes the store.</summary>
    public bool UsesStore { get; init; } = true;

    /// <summary>Whether it is answered as ever for a run that is being deleted.</summary>
    public bool AnswersWhilePurging { get; init; }

    /// <summary>Problems it answers with, besides those that follow from what it has.</summary>
    public IReadOnlyList<ProblemKind> Problems { get; init; } = [];

    /// <summary>All problems it may answer with.</summary>
    public IReadOnlyList<ProblemKind> AllProblems =>
    [
        .. Problems,

        // What is not there any more was on its way out before.
        .. (IEnumerable<ProblemKind>)(Problems.Contains(ProblemKinds.RunNotFound) && !AnswersWhilePurging ? [ProblemKinds.RunPurging] : []),
        ProblemKinds.UnknownField,
        .. (IEnumerable<ProblemKind>)(Request is not null || Parameters.Any(IsRead) ? [ProblemKinds.InvalidField] : []),
        ProblemKinds.InternalError,
        .. (IEnumerable<ProblemKind>)(UsesStore ? [ProblemKinds.StoreUnavailable] : []),
    ];

    // Other headers have problems of their own, or are compared and not read.
    private static bool IsRead(ApiParameter parameter) => parameter.In == "query" || parameter.Name == Callers.Header;
}
