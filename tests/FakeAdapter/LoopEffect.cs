namespace OpsManager.FakeAdapter;

/// <summary>One thing that a control call did.</summary>
/// <param name="IntentId">The intent it was called for.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Order">Order of the call.</param>
public sealed record LoopEffect(string IntentId, string Verb, long Order);
