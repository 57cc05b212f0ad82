namespace OpsFunctions.Http;

/// <summary>Bounds how many requests of a kind this instance holds open.</summary>
/// <param name="maximum">How many.</param>
public sealed class WaiterGate(int maximum)
{
    private int _inside;

    /// <summary>Lets one in; dispose to let it out. Null when full.</summary>
    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _inside) > maximum)
        {
            Interlocked.Decrement(ref _inside);
            return null;
        }

        return new Place(this);
    }

    private sealed class Place(WaiterGate gate) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref gate._inside);
            }
        }
    }
}
