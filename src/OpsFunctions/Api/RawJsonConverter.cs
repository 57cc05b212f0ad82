using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsFunctions.Api;

/// <summary>Writes stored JSON without parsing it again.</summary>
public sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <inheritdoc/>
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(JsonSerializer.SerializeToUtf8Bytes(document.RootElement));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        if (value.Utf8.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }

        // Validated when it was received.
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
