namespace OpsManager.Contract;

/// <summary>The envelope is not acceptable.</summary>
/// <typeparam name="T">The kind of envelope.</typeparam>
/// <param name="Refusals">Why: at least one, at most <see cref="EnvelopeValidator.MaxRefusals"/>, version, kind and loop first.</param>
public sealed record RefusedEnvelope<T>(IReadOnlyList<EnvelopeRefusal> Refusals) : EnvelopeVerdict<T>
{
    /// <summary>The first reason, fit for a one-line report.</summary>
    public EnvelopeRefusal First => Refusals[0];
}
