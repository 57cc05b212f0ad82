namespace OpsManager.Storage.Diagnostics;

/// <summary>What was seen of one attempt, or why nothing was.</summary>
public sealed record StoredDiagnostics
{
    /// <summary>Number of the attempt; 0 if the run had none.</summary>
    public required int Attempt { get; init; }

    /// <summary>When they were taken, on the manager's clock.</summary>
    public required DateTimeOffset CapturedAt { get; init; }

    /// <summary>Why they were taken.</summary>
    public required DiagnosticsCause Cause { get; init; }

    /// <summary>What became of it.</summary>
    public required DiagnosticsOutcome Outcome { get; init; }

    /// <summary>Code of the failure; null unless it failed.</summary>
    public string? FailureCode { get; init; }

    /// <summary>The failure in words, without secrets.</summary>
    public string? FailureDetail { get; init; }

    /// <summary>What the adapter answered, redacted, UTF-8 JSON; empty unless captured.</summary>
    public ReadOnlyMemory<byte> Document { get; init; }
}
