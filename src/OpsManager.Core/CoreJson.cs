using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Core;

/// <summary>How Core's records are written wherever they are stored or sent: a persisted format.</summary>
public static class CoreJson
{
    /// <summary>camelCase, nulls left out.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
