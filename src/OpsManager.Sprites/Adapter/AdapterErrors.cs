using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpsManager.Contract;

namespace OpsManager.Sprites.Adapter;

/// <summary>Turns an adapter's refusal into a code of ours.</summary>
internal static partial class AdapterErrors
{
    /// <summary>The failure an answer stands for; null if it is a success with a body to read.</summary>
    public static (string Code, string Detail)? Find(AdapterReply reply)
    {
        if (reply.FailureCode is not null)
        {
            return (reply.FailureCode, reply.FailureDetail!);
        }

        var error = reply.Status is >= 200 and < 300 ? FindIn(reply.Body, onlyIfRefused: true) : FindIn(reply.Body, onlyIfRefused: false);
        if (error is null && reply.Status is >= 200 and < 300)
        {
            return null;
        }

        var said = error is null ? Beginning(reply.Body) : $"{error.Code}: {error.Message}";
        return (Code(reply.Status, error), DetailText.Clean(said.Length == 0 ? $"HTTP {reply.Status}" : $"HTTP {reply.Status}, {said}", reply.Secret));
    }

    /// <summary>The error body; null if there is none that can be read.</summary>
    public static ServiceError? FindIn(byte[] body, bool onlyIfRefused)
    {
        try
        {
            using var document = JsonText.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || (onlyIfRefused && !(root.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.False))
                || !root.TryGetProperty("error", out var error)
                || error.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            return new ServiceError { Code = Text(error, "code") ?? "unknown", Message = Text(error, "message") ?? string.Empty };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A code as the adapter gave it, unless it is none.</summary>
    public static string CodeOrElse(string code, string other) => CodeShape().IsMatch(code) ? code : other;

    private static string Code(int status, ServiceError? error)
    {
        if (status is 401 or 403)
        {
            return AdapterFailureCodes.AdapterUnauthorized;
        }

        return error?.Code switch
        {
            "unknown_loop" or AdapterFailureCodes.LoopUnknown => AdapterFailureCodes.LoopUnknown,
            AdapterFailureCodes.LoopNotStarted => AdapterFailureCodes.LoopNotStarted,
            AdapterFailureCodes.CursorAhead => AdapterFailureCodes.CursorAhead,

            // A v1 adapter has one code for all failures of its scripts; only the words tell them apart.
            "runtime_error" when status == 502 => FromWords(error.Message),
            _ => AdapterFailureCodes.AdapterError,
        };
    }

    private static string FromWords(string message) =>
        message.Contains("required artifact root missing", StringComparison.Ordinal) || message.Contains("required artifact missing", StringComparison.Ordinal)
            ? AdapterFailureCodes.LoopNotStarted
            : message.Contains("cursor offset", StringComparison.Ordinal) && message.Contains("exceeds available events", StringComparison.Ordinal)
                ? AdapterFailureCodes.CursorAhead
                : AdapterFailureCodes.AdapterError;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Beginning(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 4 * DetailText.MaxLength));

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CodeShape();
}
