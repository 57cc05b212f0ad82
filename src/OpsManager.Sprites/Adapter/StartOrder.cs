using OpsManager.Core.Runs;

namespace OpsManager.Sprites.Adapter;

/// <summary>A start, fenced: the adapter refuses one that is older than the newest it has seen.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Generation">The engine's generation.</param>
/// <param name="Order">Rises strictly with every control call of the run.</param>
public sealed record StartOrder(RunId RunId, int Attempt, int Generation, long Order);
