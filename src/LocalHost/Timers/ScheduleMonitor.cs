using LocalHost.Durable.Ownership;

namespace LocalHost.Timers;

/// <summary>
/// What the stored status of a timer means at a start. As the Functions host decides it (azure-webjobs-sdk-extensions,
/// ScheduleMonitor.CheckPastDueAsync).
/// </summary>
internal static class ScheduleMonitor
{
    /// <param name="schedule">The schedule as it is now.</param>
    /// <param name="stored">The stored status; null at the first start of all.</param>
    /// <param name="now">The time of the start.</param>
    /// <returns>The status to go on with, to be stored where it is another one, and whether an occurrence was missed.</returns>
    public static (TimerStatus Status, bool IsPastDue) Check(TimerSchedule schedule, TimerStatus? stored, DateTimeOffset now)
    {
        // Stored before anything ran: who stops before the first occurrence and starts after it has missed one.
        TimerStatus status = stored ?? new TimerStatus(default, schedule.Next(now), now);
        DateTimeOffset reckonedFrom = status.Last != default ? status.Last : status.LastUpdated != default ? status.LastUpdated : now;
        if (status.Next != schedule.Next(reckonedFrom))
        {
            // Another schedule than the one that was stored. What it would have given in the past was never due.
            DateTimeOffset from = schedule.Next(reckonedFrom) < now ? now : reckonedFrom;
            status = new TimerStatus(default, schedule.Next(from), from);
        }

        return (status, status.Next < now);
    }
}
