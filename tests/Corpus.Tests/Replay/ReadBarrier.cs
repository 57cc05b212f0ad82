namespace OpsManager.Corpus.Tests.Replay;

/// <summary>Counts the single reads of an adapter, and lets something happen between two of them.</summary>
internal sealed class ReadBarrier
{
    private readonly Lock _lock = new();
    private Queue<Action> _changes = new();
    private int _before;
    private bool _atOnce;

    /// <summary>Reads since the barrier was set, or since the beginning.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether everything that was to happen has happened.</summary>
    public bool IsDone => _changes.Count == 0;

    /// <summary>Sets the barrier: after <paramref name="reads"/> more reads the changes happen, all of them or one after each read.</summary>
    public void Set(int reads, bool atOnce, IEnumerable<Action> changes)
    {
        lock (_lock)
        {
            Reads = 0;
            _before = reads;
            _atOnce = atOnce;
            _changes = new Queue<Action>(changes);
        }
    }

    public void Pass()
    {
        lock (_lock)
        {
            Reads++;
            while (Reads >= _before && _changes.TryDequeue(out var change))
            {
                change();
                if (!_atOnce)
                {
                    return;
                }
            }
        }
    }
}
