using System.Globalization;
using System.Text.RegularExpressions;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// A wait for a rate limit to reset. The runtime logs no event for it: to its log it is a role that takes long. It says so in its output
/// alone, where nothing follows while it waits; what an agent prints is followed by more.
/// </summary>
/// <param name="Since">When it began, to the minute.</param>
/// <param name="Until">When it ends at the latest.</param>
internal sealed partial record RateLimitWait(DateTimeOffset Since, DateTimeOffset Until)
{
    private static readonly TimeSpan UnknownReset = TimeSpan.FromMinutes(5);

    // The runtime cuts what it prints to whole minutes, and prints what remains once a minute, as it was a minute before.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>The wait that output ends with; null if it ends with anything else.</summary>
    public static RateLimitWait? Find(CapturedOutput? output)
    {
        if (output is null)
        {
            return null;
        }

        var lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
        {
            return null;
        }

        if (Begun().Match(lines[^1]) is { Success: true } begun)
        {
            return new RateLimitWait(output.WrittenAt, output.WrittenAt + Length(begun) + Step);
        }

        if (Continued().Match(lines[^1]) is { Success: true } continued)
        {
            var steps = lines.Reverse().TakeWhile(static l => Continued().IsMatch(l)).Count();
            return new RateLimitWait(output.WrittenAt - (steps * Step), output.WrittenAt + Length(continued));
        }

        return Unknown().IsMatch(lines[^1]) ? new RateLimitWait(output.WrittenAt, output.WrittenAt + UnknownReset) : null;
    }

    private static TimeSpan Length(Match match) => TimeSpan.FromMinutes(
        (Number(match.Groups["hours"]) * 60) + Number(match.Groups["minutes"]));

    private static int Number(Group group) => int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^\[rate-limit\] Waiting (?:(?<hours>[0-9]{1,3})h )?(?<minutes>[0-9]{1,2})m until ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Begun();

    [GeneratedRegex(@"^\[rate-limit\] Still waiting\.\.\. (?:(?<hours>[0-9]{1,3})h )?(?<minutes>[0-9]{1,2})m remaining\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Continued();

    [GeneratedRegex(@"^(?:\[rate-limit\] No reset time provided, waiting|\[superloop\] Waiting) 5 minutes", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Unknown();
}
