using OpsManager.Core.Runs;

namespace OpsManager.Storage.Runs;

/// <summary>The orchestration instance that may write to a run. Every write carries it and is refused from any other.</summary>
/// <param name="Generation">1, 2, ...; raised when the watchdog replaces an engine.</param>
/// <param name="InstanceId">Instance id, <c>&lt;runId&gt;-g&lt;generation&gt;</c>.</param>
public sealed record EngineRef(int Generation, string InstanceId)
{
    /// <summary>The engine of a run in a generation.</summary>
    public static EngineRef For(RunId runId, int generation) => new(generation, $"{runId}-g{generation}");
}
