using OpsManager.Core.Decisions;

namespace OpsManager.Storage.Runs;

/// <summary>A decision to be stored in one transaction.</summary>
/// <param name="Operation"><c>generation-cycle</c>; a repeated operation returns its first result.</param>
/// <param name="ExpectedRevision">The revision the decision was taken on.</param>
/// <param name="Decision">The decision.</param>
public sealed record ApplyRequest(string Operation, long ExpectedRevision, Decision Decision);
