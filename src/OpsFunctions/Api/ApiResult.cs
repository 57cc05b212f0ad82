using Microsoft.AspNetCore.Http;

namespace OpsFunctions.Api;

/// <summary>An answer with a JSON body and headers.</summary>
/// <typeparam name="T">What the body holds.</typeparam>
public sealed class ApiResult<T> : IResult
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The body.</summary>
    public required T Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = ApiJson.ContentType;

    /// <summary>Headers besides those of the body.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (!response.Headers.ContainsKey("Cache-Control"))
        {
            // Validated by ETag or not at all: an operator must never be shown an old state.
            response.Headers.CacheControl = "no-cache";
        }

        return ApiJson.WriteAsync(response, Body, ContentType, httpContext.RequestAborted);
    }
}
