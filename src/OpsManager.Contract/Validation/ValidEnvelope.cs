namespace OpsManager.Contract;

/// <summary>The envelope is acceptable.</summary>
/// <typeparam name="T">The kind of envelope.</typeparam>
/// <param name="Envelope">The envelope.</param>
public sealed record ValidEnvelope<T>(T Envelope) : EnvelopeVerdict<T>;
