namespace OpsFunctions.Api;

/// <summary>What a rebuild of the list did.</summary>
/// <param name="Runs">Runs that were listed anew.</param>
public sealed record IndexRebuildResource(int Runs);
