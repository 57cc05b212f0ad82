using System.Text.Json.Serialization;

namespace OpsManager.Core.Health;

/// <summary>A silence that is explained: named, and no alarm.</summary>
/// <param name="Code">Reason code: <c>rate_limit_wait</c>, <c>usage_limit_wait</c> or <c>long_role</c>.</param>
/// <param name="Since">When the manager first knew of it, on its own clock.</param>
/// <param name="Until">Until when at the latest, on the sprite's clock, where the adapter says so.</param>
/// <param name="Detail">The same in words. Does not change from poll to poll.</param>
public sealed record RecognisedWait(string Code, DateTimeOffset Since, DateTimeOffset? Until, string Detail)
{
    /// <summary>Whether the runtime does nothing meanwhile, so that it does not count as being at work.</summary>
    [JsonIgnore]
    public bool IsIdle => Code != HealthCodes.LongRole;
}
