using System.Globalization;
using NCrontab;

namespace LocalHost.Timers;

/// <summary>A six-field NCRONTAB expression in the local time zone, or a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;
    private readonly TimeZoneInfo _timeZone;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval, TimeZoneInfo timeZone)
    {
        _cron = cron;
        _interval = interval;
        _timeZone = timeZone;
    }

    public static TimerSchedule Parse(string text, TimeZoneInfo timeZone)
    {
        if (CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is { } _cron)
        {
            return new TimerSchedule(_cron, default, timeZone);
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan interval) && interval > TimeSpan.Zero)
        {
            return new TimerSchedule(null, interval, timeZone);
        }

        throw new FormatException($"'{text}' is neither a six-field NCRONTAB expression nor a TimeSpan.");
    }

    public DateTimeOffset Next(DateTimeOffset after)
    {
        if (_cron is null)
        {
            return after + _interval;
        }

        DateTime local = TimeZoneInfo.ConvertTime(after, _timeZone).DateTime;
        while (true)
        {
            local = _cron.GetNextOccurrence(local);

            // An hour that the clocks skip does not exist; the one they repeat is taken once.
            if (!_timeZone.IsInvalidTime(local))
            {
                DateTimeOffset next = new(local, _timeZone.GetUtcOffset(local));
                if (next > after)
                {
                    return next.ToUniversalTime();
                }
            }
        }
    }
}
