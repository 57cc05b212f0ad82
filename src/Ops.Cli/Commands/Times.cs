using System.Globalization;
using Ops.Cli.Api;

namespace Ops.Cli.Commands;

/// <summary>Points in time as people give them.</summary>
internal static class Times
{
    /// <summary>A time, or a span from now such as 30m, 2h or 3d, as the API takes it.</summary>
    /// <exception cref="ManagerException">It is neither.</exception>
    public static string Parse(string option, string text)
    {
        if (text.Length > 1 && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 100_000)
        {
            var span = text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => TimeSpan.Zero,
            };
            if (span > TimeSpan.Zero)
            {
                return Word(TimeProvider.System.GetUtcNow() + span);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Word(time)
            : throw new ManagerException(ExitCodes.Usage, $"{option} takes a time such as 2030-01-01T16:00:00Z, or a span such as 30m, 2h or 3d; '{text}' is neither.");
    }

    private static string Word(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
