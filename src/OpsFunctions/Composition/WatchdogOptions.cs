using System.ComponentModel.DataAnnotations;

namespace OpsFunctions.Composition;

/// <summary>Settings of the watchdog, section <c>Watchdog</c>.</summary>
public sealed class WatchdogOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Watchdog";

    /// <summary>App setting with the timer's schedule.</summary>
    public const string ScheduleSetting = "WATCHDOG_SCHEDULE";

    /// <summary>Once a minute.</summary>
    public const string DefaultSchedule = "0 * * * * *";

    /// <summary>How long a poll must be overdue at least before its engine counts as wedged.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MinimumQuiet { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many poll intervals it must be overdue.</summary>
    [Range(1, 1000)]
    public int QuietIntervals { get; set; } = 5;

    /// <summary>How long a poll must be overdue before the instance's status is looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LookAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Engines replaced in one tick at most.</summary>
    [Range(1, 1000)]
    public int MaxReplacements { get; set; } = 10;

    /// <summary>Runs looked at in parallel.</summary>
    [Range(1, 64)]
    public int Parallelism { get; set; } = 8;

    /// <summary>Longest distance between two ticks that counts as on time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan TickTolerance { get; set; } = TimeSpan.FromSeconds(90);
}
