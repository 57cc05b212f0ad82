using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Artifacts;

/// <summary>The loops that config.json lists.</summary>
internal static class ConfiguredLoops
{
    /// <summary>Each with an id, in their order.</summary>
    public static IEnumerable<(string Id, JsonElement Loop)> In(JsonElement? config)
    {
        if (config.Member("loops") is not { ValueKind: JsonValueKind.Array } loops)
        {
            yield break;
        }

        foreach (var loop in loops.EnumerateArray())
        {
            if (((JsonElement?)loop).Text("id") is { } id)
            {
                yield return (id, loop);
            }
        }
    }

    /// <summary>What is said of one loop; null when it is not listed.</summary>
    public static JsonElement? Find(JsonElement? config, string loopId)
    {
        foreach (var (id, loop) in In(config))
        {
            if (id == loopId)
            {
                return loop;
            }
        }

        return null;
    }
}
