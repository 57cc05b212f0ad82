using Microsoft.AspNetCore.Http;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>
/// Who calls. Keys do not name people, so that a caller names itself; nobody checks it here. Where that is not enough, an
/// authenticating gateway sets the header and lets no other pass.
/// </summary>
public static class Callers
{
    /// <summary>Header with the caller's name.</summary>
    public const string Header = "X-Ops-Actor";

    /// <summary>Who called without a name.</summary>
    public const string Unnamed = "api";

    /// <summary>Characters a name may have; adapters allow no more.</summary>
    public const int MaximumLength = 128;

    // Names of what acts by itself: taken for such, a person's intent would be treated as automatic.
    private static readonly string[] Reserved = ["manager", "adapter", "runtime", "durable-api"];

    /// <summary>Reads the name; null if there is none. False if there is one that cannot be used.</summary>
    public static bool TryRead(HttpRequest request, out string? caller, out ApiProblem? problem)
    {
        caller = null;
        problem = null;
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return true;
        }

        var text = values.Count == 1 ? values[0]!.Trim() : string.Empty;
        if (text.Length is > 0 and <= MaximumLength
            && text.All(static c => c is >= ' ' and < (char)127)
            && !Reserved.Contains(text, StringComparer.OrdinalIgnoreCase)
            && !text.StartsWith("policy:", StringComparison.OrdinalIgnoreCase))
        {
            caller = text;
            return true;
        }

        problem = ApiProblem.Of(
        [
            new FieldError(
                Header,
                ProblemKinds.InvalidField.Code,
                "The name is empty, too long, given twice, has characters outside printable ASCII, or is one the manager itself acts under.",
                $"Your name in 1 to {MaximumLength} printable ASCII characters; not {string.Join(", ", Reserved)} or policy:..."),
        ]);
        return false;
    }
}
