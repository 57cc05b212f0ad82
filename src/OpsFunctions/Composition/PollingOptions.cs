using System.ComponentModel.DataAnnotations;

namespace OpsFunctions.Composition;

/// <summary>Settings of polling, section <c>Polling</c>.</summary>
public sealed class PollingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Polling";

    /// <summary>How long one cycle may talk to an adapter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a control call may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan ControlTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Lines asked for at once.</summary>
    [Range(1, 1000)]
    public int PageSize { get; set; } = 100;

    /// <summary>Lines read in one cycle; the rest comes with the next.</summary>
    [Range(1, 100_000)]
    public int LinesPerCycle { get; set; } = 500;

    /// <summary>Lines before a cut that are compared when a log shrank.</summary>
    [Range(1, 100_000)]
    public int CompareLimit { get; set; } = 2000;
}
