using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>Reads the JSON body of a request within its bounds.</summary>
public static class RequestBody
{
    /// <summary>Bytes a body may have.</summary>
    public const int Limit = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The body's root element, or what is wrong with it.</summary>
    public static async Task<(JsonElement Body, ApiProblem? Problem)> ReadAsync(HttpRequest request)
    {
        if (request.ContentType is { Length: > 0 } && !request.HasJsonContentType())
        {
            return (default, ApiProblem.Of(ProblemKinds.UnsupportedMediaType, "Send Content-Type: application/json."));
        }

        if (request.ContentLength > Limit)
        {
            return (default, TooLarge());
        }

        // One byte more than allowed tells a body at the limit from one over it; the length header may be absent or untrue.
        var buffer = new byte[Limit + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > Limit)
        {
            return (default, TooLarge());
        }

        try
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length), Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (default, ApiProblem.Of(ProblemKinds.MalformedJson, "The body must be a JSON object."));
            }

            return IsText(document.RootElement)
                ? (document.RootElement.Clone(), null)
                : (default, ApiProblem.Of(ProblemKinds.MalformedJson, "A text has half of a surrogate pair."));
        }
        catch (JsonException exception)
        {
            return (default, ApiProblem.Of(ProblemKinds.MalformedJson, Describe(exception)));
        }
    }

    /// <summary>Whether every name and every text in it is text: the parser lets half of a surrogate pair pass, which nothing can read.</summary>
    public static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.Object => element.EnumerateObject().All(static member => member.Name is not null && IsText(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Describe(JsonException exception) => exception.LineNumber is { } line
        ? $"Not valid JSON at line {line + 1}, byte {exception.BytePositionInLine + 1}."
        : "Not valid JSON: it is cut off, too deep or has a member twice.";

    private static ApiProblem TooLarge() => ApiProblem.Of(ProblemKinds.BodyTooLarge, $"A body may have at most {Limit} bytes.");
}
