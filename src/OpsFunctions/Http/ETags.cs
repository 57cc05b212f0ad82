using Microsoft.AspNetCore.Http;

namespace OpsFunctions.Http;

/// <summary>Conditional requests.</summary>
public static class ETags
{
    /// <summary>Whether the client already has what an ETag stands for.</summary>
    public static bool Matches(HttpRequest request, string etag)
    {
        foreach (var value in request.Headers.IfNoneMatch)
        {
            foreach (var candidate in (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries))
            {
                // Comparison is weak for If-None-Match: a proxy that compressed the answer may have marked the tag.
                if (candidate == "*" || candidate == etag || (candidate.StartsWith("W/", StringComparison.Ordinal) && candidate[2..] == etag))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a request may be carried out on what an ETag stands for: it names no other.</summary>
    public static bool Allows(HttpRequest request, string etag)
    {
        var values = request.Headers.IfMatch;
        return values.Count == 0 || values
            .SelectMany(static value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries))
            .Any(candidate => candidate == "*" || candidate == etag);
    }
}
