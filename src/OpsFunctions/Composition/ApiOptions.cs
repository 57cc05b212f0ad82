using System.ComponentModel.DataAnnotations;

namespace OpsFunctions.Composition;

/// <summary>Settings of the HTTP API, section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Api";

    /// <summary>Outer address of the app for the links in answers; null takes that of each request.</summary>
    public Uri? PublicBaseUrl { get; set; }

    /// <summary>How long the probe of an adapter may take before a run is accepted unseen.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests that may wait for events on one instance.</summary>
    [Range(1, 100_000)]
    public int MaxWaiters { get; set; } = 200;

    /// <summary>Event streams that may be open on one instance.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 100;

    /// <summary>When an event stream is closed. Functions cuts an answer at 230 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:40")]
    public TimeSpan StreamDuration { get; set; } = TimeSpan.FromSeconds(200);

    /// <summary>Live runs the fleet view counts at most.</summary>
    [Range(1, 100_000)]
    public int FleetLimit { get; set; } = 2000;
}
