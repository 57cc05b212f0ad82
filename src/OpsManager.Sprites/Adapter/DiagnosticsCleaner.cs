using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Contract.Diagnostics;

namespace OpsManager.Sprites.Adapter;

/// <summary>Checks an answer about diagnostics and takes secrets out of every text in it.</summary>
internal static class DiagnosticsCleaner
{
    private const int MaxDepth = 32;

    // Kept as JSON and written as JSON: nothing needs escaping for a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The answer, or why it is none.</summary>
    public static AdapterResult<DiagnosticsReading> Read(AdapterReply reply, string loopId)
    {
        try
        {
            using var document = JsonText.Parse(reply.Body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Invalid("The diagnostics are no JSON object.");
            }

            if (root.TryGetProperty("source", out var source)
                && source.ValueKind == JsonValueKind.Object
                && source.TryGetProperty("loopId", out var loop)
                && !(loop.ValueKind == JsonValueKind.String && loop.ValueEquals(loopId)))
            {
                return new AdapterFailure<DiagnosticsReading>(AdapterFailureCodes.LoopMismatch, "The diagnostics are about another loop.");
            }

            var buffer = new ArrayBufferWriter<byte>(reply.Body.Length);
            using (var writer = new Utf8JsonWriter(buffer, Options))
            {
                Write(writer, root, string.IsNullOrEmpty(reply.Secret) ? [] : [reply.Secret]);
            }

            return new AdapterAnswer<DiagnosticsReading>(new DiagnosticsReading(buffer.WrittenSpan.ToArray()));
        }
        catch (JsonException)
        {
            return Invalid("The diagnostics are no valid JSON.");
        }
    }

    private static AdapterFailure<DiagnosticsReading> Invalid(string detail) => new(AdapterFailureCodes.InvalidTransportPayload, detail);

    private static void Write(Utf8JsonWriter writer, JsonElement element, IReadOnlyList<string> secrets)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(Redaction.Clean(member.Name, secrets));
                    if (member.Value.ValueKind == JsonValueKind.String && Redaction.IsSecretName(member.Name))
                    {
                        writer.WriteStringValue(Redaction.Redacted);
                    }
                    else
                    {
                        Write(writer, member.Value, secrets);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, secrets);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Redaction.Clean(element.GetString()!, secrets));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
