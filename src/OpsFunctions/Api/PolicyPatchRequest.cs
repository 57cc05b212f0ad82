namespace OpsFunctions.Api;

/// <summary>Changes a run's policy: what is left out stays, null takes a limit away or brings the profile's value back.</summary>
public sealed record PolicyPatchRequest : PolicyOverrides
{
    /// <summary>Until when escalations of the run are recorded and not sent: a time to come, at most 30 days ahead. Null ends the mute.</summary>
    public DateTimeOffset? MuteUntil { get; init; }

    /// <summary>Why; at most 4096 bytes of UTF-8.</summary>
    public string? Note { get; init; }
}
