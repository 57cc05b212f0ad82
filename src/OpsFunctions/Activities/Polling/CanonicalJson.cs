using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace OpsFunctions.Activities.Polling;

/// <summary>Hashes JSON by its content: the order of members and the white space of whoever wrote it do not count.</summary>
public static class CanonicalJson
{
    /// <summary>SHA-256 of an element, lower-case hex.</summary>
    /// <param name="element">The element.</param>
    /// <param name="omit">Paths of members that do not count, with dots between the names.</param>
    public static string Hash(JsonElement element, IReadOnlySet<string>? omit = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, element, string.Empty, omit);
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, string path, IReadOnlySet<string>? omit)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    var inner = omit is null ? string.Empty : path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    if (omit?.Contains(inner) == true)
                    {
                        continue;
                    }

                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, inner, omit);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, path, omit);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
