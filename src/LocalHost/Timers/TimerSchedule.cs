using System.Globalization;
using NCrontab;

namespace LocalHost.Timers;

/// <summary>A six-field NCRONTAB expression in the local time zone, or a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? cron;
    private readonly TimeSpan interval;
    private readonly TimeZoneInfo timeZone;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval, TimeZoneInfo timeZone)
    {
        this.cron = cron;
        this.interval = interval;
        this.timeZone = timeZone;
    }

    public static TimerSchedule Parse(string text, TimeZoneInfo timeZone)
    {
        if (CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is { } cron)
        {
            return new TimerSchedule(cron, default, timeZone);
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan interval) && interval > TimeSpan.Zero)
        {
            return new TimerSchedule(null, interval, timeZone);
        }

        throw new FormatException($"'{text}' is neither a six-field NCRONTAB expression nor a TimeSpan.");
    }

    public DateTimeOffset Next(DateTimeOffset after)
    {
        if (cron is null)
        {
            return after + interval;
        }

        DateTime local = TimeZoneInfo.ConvertTime(after, timeZone).DateTime;
        while (true)
        {
            local = cron.GetNextOccurrence(local);

            // An hour that the clocks skip does not exist; the one they repeat is taken once.
            if (!timeZone.IsInvalidTime(local))
            {
                DateTimeOffset next = new(local, timeZone.GetUtcOffset(local));
                if (next > after)
                {
                    return next.ToUniversalTime();
                }
            }
        }
    }
}
