using System.Text.Json;

namespace LocalHost.Http;

/// <summary>RFC 9457 answers with a stable code, as the app's own endpoints give.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext context, int status, string code, string title, string? detail = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        Dictionary<string, object?> problem = new()
        {
            ["type"] = "about:blank",
            ["title"] = title,
            ["status"] = status,
            ["code"] = code,
        };
        if (detail is not null)
        {
            problem["detail"] = detail;
        }

        return context.Response.WriteAsync(JsonSerializer.Serialize(problem), context.RequestAborted);
    }

    /// <summary>The answer where the host itself is asked, and not a function: a key that is known, but not for this, is forbidden.</summary>
    public static Task WriteKeyRefusedAsync(HttpContext context, FunctionKeys keys)
        => keys.Knows(context.Request)
            ? WriteAsync(context, StatusCodes.Status403Forbidden, "forbidden", "This key does not open that.", "Send the master key, or for the Durable HTTP API a system key.")
            : WriteUnauthorizedAsync(context);

    public static Task WriteUnauthorizedAsync(HttpContext context)
        => WriteAsync(context, StatusCodes.Status401Unauthorized, "unauthorized", "A valid key is required.", "Send it in the header x-functions-key, or in the query as code.");
}
