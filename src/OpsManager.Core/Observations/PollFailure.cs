namespace OpsManager.Core.Observations;

/// <summary>A poll that brought no observation.</summary>
/// <param name="Code">Stable code, such as <c>transport_unreachable</c> or <c>invalid_transport_payload</c>.</param>
/// <param name="Detail">What was tried and what came back, without secrets.</param>
/// <param name="Streak">Failed polls in a row, this one included.</param>
/// <param name="Since">When the first of them failed, on the manager's clock.</param>
public sealed record PollFailure(string Code, string Detail, int Streak, DateTimeOffset Since)
{
    /// <summary>Whether so much of the fleet fails at once that the fault is most likely the manager's own; then nothing is done run by run.</summary>
    public bool ManagerSuspected { get; init; }
}
