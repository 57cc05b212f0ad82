using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Microsoft.DurableTask.Converters;

public class JsonDataConverter : DataConverter
{
    private static readonly JsonSerializerOptions DefaultOptions = new()
    {
        IncludeFields = true,
    };

    private readonly JsonSerializerOptions options;

    public JsonDataConverter(JsonSerializerOptions? options = null)
    {
        this.options = options ?? DefaultOptions;
    }

    public static JsonDataConverter Default { get; } = new();

    [return: NotNullIfNotNull(nameof(value))]
    public override string? Serialize(object? value)
    {
        return value is null ? null : JsonSerializer.Serialize(value, options);
    }

    [return: NotNullIfNotNull(nameof(data))]
    public override object? Deserialize(string? data, Type targetType)
    {
        return data is null ? null : JsonSerializer.Deserialize(data, targetType, options)!;
    }
}
