using System.Collections.Concurrent;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Escalations;

/// <summary>Counts live runs and those that cannot be polled. Safe for several threads.</summary>
public sealed class FleetTally
{
    private readonly ConcurrentDictionary<string, int> _codes = new(StringComparer.Ordinal);
    private int _live;
    private int _failing;

    /// <summary>Runs that have not ended.</summary>
    public int Live => _live;

    /// <summary>Those of them whose last poll did not get through.</summary>
    public int Failing => _failing;

    /// <summary>The failure that most of them have; null without any.</summary>
    public string? CommonCode => _codes.IsEmpty ? null : _codes.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).First().Key;

    /// <summary>Counts a run.</summary>
    public void Add(RunHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Run.Lifecycle.State.IsTerminal())
        {
            return;
        }

        Interlocked.Increment(ref _live);

        // An adapter that answers that its loop was never run was reached.
        if (head.Poll.FailureCode is { } code && code is not ("loop_unknown" or "loop_not_started") && EscalationCategories.Of(code) == EscalationCategory.Transport)
        {
            Interlocked.Increment(ref _failing);
            _codes.AddOrUpdate(code, 1, static (_, runs) => runs + 1);
        }
    }
}
