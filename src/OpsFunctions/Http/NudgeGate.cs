using System.Collections.Concurrent;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

/// <summary>
/// Joins the nudges of a run to one wake a second. Per instance: several instances may let one each pass, which costs a poll and
/// nothing else.
/// </summary>
/// <param name="time">Clock.</param>
public sealed class NudgeGate(TimeProvider time)
{
    private const int Limit = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<RunId, long> _last = new();

    /// <summary>Whether this nudge is the one that wakes.</summary>
    public bool TryPass(RunId runId)
    {
        if (_last.Count > Limit)
        {
            // Forgetting lets one nudge too many pass; keeping everything would never end.
            _last.Clear();
        }

        var now = time.GetTimestamp();
        while (true)
        {
            if (!_last.TryGetValue(runId, out var last))
            {
                if (_last.TryAdd(runId, now))
                {
                    return true;
                }
            }
            else if (time.GetElapsedTime(last, now) < Interval)
            {
                return false;
            }
            else if (_last.TryUpdate(runId, now, last))
            {
                return true;
            }
        }
    }
}
