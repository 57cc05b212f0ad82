namespace OpsManager.Contract;

/// <summary>What became of bytes that should be an envelope. A closed set: <see cref="ValidEnvelope{T}"/> or <see cref="RefusedEnvelope{T}"/>.</summary>
/// <typeparam name="T">The kind of envelope.</typeparam>
public abstract record EnvelopeVerdict<T>
{
    private protected EnvelopeVerdict()
    {
    }
}
