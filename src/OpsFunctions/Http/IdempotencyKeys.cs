using Microsoft.AspNetCore.Http;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>The caller's key for a request that may be repeated.</summary>
public static class IdempotencyKeys
{
    /// <summary>Header with the key.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Header that marks an answer given before.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Reads the key; null if there is none. False if there is one that cannot be used.</summary>
    public static bool TryRead(HttpRequest request, out string? key, out ApiProblem? problem)
    {
        key = null;
        problem = null;
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return true;
        }

        // The header's draft has it as a quoted string; many clients send it bare. Both name the same key.
        var text = values.Count == 1 ? values[0]!.Trim() : string.Empty;
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"')
        {
            text = text[1..^1];
        }

        if (RunIds.IsKey(text))
        {
            key = text;
            return true;
        }

        problem = ApiProblem.Of(
        [
            new FieldError(
                Header,
                ProblemKinds.InvalidIdempotencyKey.Code,
                "The key is empty, too long, given twice or has characters outside printable ASCII.",
                $"One key of 1 to {RunIds.MaximumKeyLength} printable ASCII characters."),
        ]);
        return false;
    }
}
