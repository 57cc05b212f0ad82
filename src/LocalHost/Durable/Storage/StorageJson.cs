using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalHost.Durable.Storage;

/// <summary>How the store's own documents are written; independent of the app's options, because it is a persisted format.</summary>
internal static class StorageJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string? Write<T>(T? value)
        where T : class
        => value is null ? null : JsonSerializer.Serialize(value, Options);

    public static T? Read<T>(string? json)
        where T : class
        => string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<T>(json, Options);
}
