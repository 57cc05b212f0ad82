using OpsManager.Core.Observations;

namespace OpsManager.Core.Verdicts;

/// <summary>The leader process of the current attempt, as far as one observation and the memory of earlier ones tell.</summary>
/// <param name="Status">What is known of it.</param>
/// <param name="Source">What that rests on: <c>process</c>, <c>exit_record</c> or <c>artifacts</c>; null when nothing is known.</param>
/// <param name="Exit">How it ended, where its launcher saw it and the record is this attempt's.</param>
/// <param name="LiveChildren">Members besides it that live; null when unknown.</param>
/// <param name="HostRestarted">Whether the machine was started anew since it was last seen alive.</param>
public sealed record ProcessView(ProcessStatus Status, string? Source, ExitRecord? Exit, int? LiveChildren, bool HostRestarted)
{
    /// <summary>Nothing is known.</summary>
    public static ProcessView Unknown { get; } = new(ProcessStatus.Unknown, null, null, null, false);

    /// <summary>Whether it is gone.</summary>
    public bool IsGone => Status == ProcessStatus.Gone;

    /// <summary>Whether it is seen to live, stopped or not.</summary>
    public bool IsThere => Status is ProcessStatus.Alive or ProcessStatus.Stopped;

    /// <summary>Exit code, where known.</summary>
    public int? ExitCode => Exit?.Code;
}
