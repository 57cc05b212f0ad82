using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OpsFunctions.Api;

/// <summary>How the API writes JSON: camelCase, snake_case words for enums, absent members instead of nulls.</summary>
public static class ApiJson
{
    /// <summary>Media type of every answer that is no problem.</summary>
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes a body.</summary>
    public static async Task WriteAsync<T>(HttpResponse response, T body, string contentType, CancellationToken cancellationToken)
    {
        // Serialised before the first byte leaves, so that a failure can still become a problem, and with a length.
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Options);
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // Answers are JSON documents and never become part of a page as text.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
