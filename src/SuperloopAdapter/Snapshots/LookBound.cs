using System.IO.Enumeration;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// How long a look at a work tree may take. An agent writes the names and the patterns that they are held against: each match takes a time of the
/// order of their lengths multiplied.
/// </summary>
internal sealed class LookBound(TimeProvider time, TimeSpan most)
{
    /// <summary>Characters of a pattern at most. A longer one is not understood, so that a single match takes no longer than milliseconds.</summary>
    public const int MaximumPattern = 1024;

    /// <summary>Patterns of one list at most.</summary>
    public const int MaximumPatterns = 500;

    // Steps of matching after which the clock is asked: to ask it takes as long as a short match.
    private const int StepsBetween = 16 * 1024;

    private readonly long started = time.GetTimestamp();
    private int steps;

    /// <summary>Whether the time was over when the clock was last asked.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Asks the clock whether the time is over.</summary>
    public bool Ask() => IsOver = IsOver || time.GetElapsedTime(started) > most;

    /// <summary>Whether a pattern meets a text; none does once the time is over.</summary>
    public bool Matches(string pattern, ReadOnlySpan<char> text) => Allows(pattern.Length * text.Length) && FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    /// <summary>Whether there is still time for so many steps.</summary>
    public bool Allows(int further)
    {
        steps += further;
        if (steps >= StepsBetween)
        {
            steps = 0;
            Ask();
        }

        return !IsOver;
    }
}
