namespace LocalHost.Durable.Engine;

/// <summary>Which existing instances a start may overwrite; the names of host.json's <c>overridableExistingInstanceStates</c>.</summary>
internal enum OverridableStates
{
    NonRunningStates,
    AnyState,
}
