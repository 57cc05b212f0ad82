using System.Text.Json.Serialization;

namespace SuperloopAdapter.Launching;

/// <summary>One launch, written before its process exists: what a later reader needs to tell whose process and log lines they are.</summary>
internal sealed record LaunchRecord
{
    public int Version { get; init; } = 1;

    public required string RunId { get; init; }

    public required int Attempt { get; init; }

    public required int Generation { get; init; }

    public required long Order { get; init; }

    public required string LoopId { get; init; }

    /// <summary>Tells the processes of this launch from those of a run with the same name in another repository.</summary>
    public required string Nonce { get; init; }

    /// <summary>Complete lines in the log before the launch.</summary>
    public required long BaseLine { get; init; }

    /// <summary>Identity of the log before the launch.</summary>
    public string? Epoch { get; init; }

    public string? BootId { get; init; }

    public required string StartedAt { get; init; }

    /// <summary>Value of the environment entries below.</summary>
    [JsonIgnore]
    public string Identity => $"{RunId}:{Attempt}:{Nonce}";

    /// <summary>Environment entry of the leader and all it starts: membership that a change of process group does not end.</summary>
    [JsonIgnore]
    public string Marker => $"{LaunchFolder.RunVariable}={Identity}";

    /// <summary>Environment entry of the supervisor alone.</summary>
    [JsonIgnore]
    public string SupervisorMarker => $"{LaunchFolder.SupervisorVariable}={Identity}";

    /// <summary>Whether its processes can be among those of this boot; where one of the boots is not known, they can.</summary>
    public bool IsOfBoot(string? bootId) => BootId is null || bootId is null || BootId == bootId;
}
