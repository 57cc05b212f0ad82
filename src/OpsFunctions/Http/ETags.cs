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

    /// <summary>Whether If-Match names what stands; null if there is none. Comparison is strong: a weak tag matches nothing.</summary>
    public static bool? IsRequired(HttpRequest request, Predicate<string> names)
    {
        var candidates = request.Headers.IfMatch
            .SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        return candidates.Count == 0 ? null : candidates.Exists(candidate => candidate == "*" || names(candidate));
    }

    /// <summary>Whether a request may be carried out on what stands: it names nothing else.</summary>
    public static bool Allows(HttpRequest request, Predicate<string> names) => IsRequired(request, names) ?? true;
}
