using OpsManager.Storage.Diagnostics;

namespace OpsFunctions.Api;

/// <summary>What was seen of one attempt, or why nothing was.</summary>
public sealed record AttemptDiagnosticsResource
{
    /// <summary>Number of the attempt; 0 if the run had none.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it was taken.</summary>
    public required DateTimeOffset CapturedAt { get; init; }

    /// <summary>Why it was taken.</summary>
    public required DiagnosticsCause Cause { get; init; }

    /// <summary>What became of it.</summary>
    public required DiagnosticsOutcome Outcome { get; init; }

    /// <summary>Code of the failure; absent unless it failed.</summary>
    public string? FailureCode { get; init; }

    /// <summary>The failure in words.</summary>
    public string? FailureDetail { get; init; }

    /// <summary>What the adapter answered: ends of output and role log, processes, artifacts. Redacted; null unless captured.</summary>
    public required RawJson Document { get; init; }

    /// <summary>The view of stored ones.</summary>
    public static AttemptDiagnosticsResource From(StoredDiagnostics stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return new AttemptDiagnosticsResource
        {
            Attempt = stored.Attempt,
            CapturedAt = stored.CapturedAt,
            Cause = stored.Cause,
            Outcome = stored.Outcome,
            FailureCode = stored.FailureCode,
            FailureDetail = stored.FailureDetail,
            Document = new RawJson(stored.Document),
        };
    }
}
