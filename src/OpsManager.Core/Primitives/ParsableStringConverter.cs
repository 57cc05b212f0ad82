using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Core.Primitives;

/// <summary>Reads and writes a value type through its text form.</summary>
/// <typeparam name="T">A type that parses its own text.</typeparam>
public sealed class ParsableStringConverter<T> : JsonConverter<T>
    where T : IParsable<T>
{
    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return T.TryParse(text, null, out var value)
            ? value
            : throw new JsonException($"\"{text}\" is not a valid {typeof(T).Name}.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
