namespace OpsManager.Core.Evidence;

/// <summary>A stored event and when the manager received it.</summary>
/// <param name="Fact">What the event says.</param>
/// <param name="ReceivedAt">When it was received, on the manager's clock.</param>
public sealed record ReceivedFact(EventFact Fact, DateTimeOffset ReceivedAt);
