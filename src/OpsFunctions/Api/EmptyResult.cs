using Microsoft.AspNetCore.Http;

namespace OpsFunctions.Api;

/// <summary>An answer without a body.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="headers">Headers.</param>
public sealed class EmptyResult(int status, params ReadOnlySpan<(string Name, string Value)> headers) : IResult
{
    private readonly (string Name, string Value)[] _headers = headers.ToArray();

    /// <summary>HTTP status.</summary>
    public int Status => status;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        foreach (var (name, value) in _headers)
        {
            httpContext.Response.Headers[name] = value;
        }

        return Task.CompletedTask;
    }
}
