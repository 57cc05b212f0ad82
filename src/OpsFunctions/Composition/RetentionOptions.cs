namespace OpsFunctions.Composition;

/// <summary>Settings of what is kept how long, section <c>Retention</c>; checked by <see cref="RetentionOptionsValidator"/>.</summary>
public sealed class RetentionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Retention";

    /// <summary>App setting with the schedule on which what is too old is found.</summary>
    public const string ScheduleSetting = "RETENTION_SCHEDULE";

    /// <summary>Once an hour.</summary>
    public const string DefaultSchedule = "0 17 * * * *";

    /// <summary>App setting with the schedule on which deletions are carried out.</summary>
    public const string ReaperScheduleSetting = "REAPER_SCHEDULE";

    /// <summary>Once a minute, beside the watchdog.</summary>
    public const string DefaultReaperSchedule = "30 * * * * *";

    /// <summary>How long a run is kept after its end. Zero keeps every run until somebody deletes it; else 1 to 3650 days.</summary>
    public TimeSpan EndedRuns { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long an orchestration instance is kept that has ended. Zero keeps all; else 1 to 3650 days.</summary>
    public TimeSpan Instances { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How old a blob must be before it is removed because no row names it. 1 hour to 30 days.</summary>
    public TimeSpan OrphanBlobs { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Runs that one tick marks for deletion at most, and deletions it goes on with. 1 to 1000.</summary>
    public int RunsPerTick { get; set; } = 50;

    /// <summary>Rows of the list, or blobs, that one tick looks at. 1 to 5000.</summary>
    public int ScanPerTick { get; set; } = 2000;

    /// <summary>Rows and blobs of one run that one tick removes, about. 100 to 100,000.</summary>
    public int RowsPerRun { get; set; } = 5000;

    /// <summary>How long one tick may spend on instances. 1 s to 5 min.</summary>
    public TimeSpan InstancesTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a deletion waits for the run's orchestration instances to end. After that it goes on without them: they can write
    /// nothing any more. 1 min to 1 day.
    /// </summary>
    public TimeSpan InstancePatience { get; set; } = TimeSpan.FromHours(1);
}
