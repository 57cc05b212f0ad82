using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>The opening of every call that changes something with a body: no query, a caller, JSON.</summary>
internal static class ChangeRequest
{
    /// <summary>Body and caller, or what is wrong with the request.</summary>
    public static async Task<(JsonElement Body, string Caller, ApiProblem? Problem)> ReadAsync(HttpRequest request)
    {
        if (new QueryReader(request).Problem is { } wrongQuery)
        {
            return (default, string.Empty, wrongQuery);
        }

        if (!Callers.TryRead(request, out var caller, out var wrongCaller))
        {
            return (default, string.Empty, wrongCaller);
        }

        var (body, wrongBody) = await RequestBody.ReadAsync(request);
        return (body, caller ?? Callers.Unnamed, wrongBody);
    }
}
