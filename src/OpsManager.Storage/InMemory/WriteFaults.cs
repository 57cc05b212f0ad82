namespace OpsManager.Storage.InMemory;

/// <summary>
/// Chooses the writes of an in-memory storage that go wrong. A write is one table transaction or one blob written or deleted. Safe for concurrent use.
/// </summary>
public sealed class WriteFaults
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, WriteFault> _planned = [];
    private long _writes;
    private string? _struck;

    /// <summary>Writes begun so far, those that went wrong included. Refused writes (lost races) count as well.</summary>
    public long Writes
    {
        get
        {
            lock (_gate)
            {
                return _writes;
            }
        }
    }

    /// <summary>The write that last went wrong; null before the first.</summary>
    public string? Struck
    {
        get
        {
            lock (_gate)
            {
                return _struck;
            }
        }
    }

    /// <summary>Plans a fault at the n-th write from now on; 1 is the next one. Each fault happens once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public void Plan(int nth, WriteFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nth);
        lock (_gate)
        {
            _planned[_writes + nth] = fault;
        }
    }

    /// <summary>Forgets the faults that have not happened.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
        }
    }

    /// <summary>Counts a write and says what is to go wrong with it.</summary>
    internal WriteFault? Next(string what)
    {
        lock (_gate)
        {
            _writes++;
            if (!_planned.Remove(_writes, out var fault))
            {
                return null;
            }

            _struck = what;
            return fault;
        }
    }
}
