using System.Text.Json;
using System.Text.Unicode;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Log;

/// <summary>
/// One complete line, judged. The index and the pages use this same judgement, so that what a snapshot counts and what a
/// poll delivers cannot differ. Owns the parsed document.
/// </summary>
internal sealed class LogLine : IDisposable
{
    /// <summary>Longer lines are not held in memory. The runtime's longest are a few kilobytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const long MaxInteger = 9_007_199_254_740_991;

    private readonly JsonDocument? parsed;

    private LogLine(LineKind kind, string? reason, JsonDocument? document)
    {
        Kind = kind;
        Reason = reason;
        parsed = document;
    }

    public LineKind Kind { get; }

    /// <summary>Why the line is quarantined.</summary>
    public string? Reason { get; }

    /// <summary>The whole event.</summary>
    public JsonElement Root => parsed!.RootElement;

    public string Name { get; private init; } = string.Empty;

    public string Timestamp { get; private init; } = string.Empty;

    public string? RunId => ((JsonElement?)Root).Text("run_id");

    /// <summary>Within what the contract lets an integer be; anything else is left to the raw line.</summary>
    public long? Iteration => ((JsonElement?)Root).Integer("iteration") is { } value and >= 0 and <= MaxInteger ? value : null;

    public string? Role => ((JsonElement?)Root).Text("role");

    public string? Status => ((JsonElement?)Root).Text("status");

    public string? Message => ((JsonElement?)Root).Text("message");

    public JsonElement? Data => ((JsonElement?)Root).Object("data");

    /// <summary>Judges a line given without its line feed. The bytes must stay unchanged while the line is used.</summary>
    public static LogLine Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.IndexOfAnyExcept(" \t\r\v\f"u8) < 0)
        {
            return new LogLine(LineKind.Blank, null, null);
        }

        var isText = JsonText.IsValid(bytes.Span);
        if (!isText && !Utf8.IsValid(bytes.Span))
        {
            return Quarantined(QuarantineReasons.InvalidUtf8);
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(bytes, ArtifactParsers.Options);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Quarantined(QuarantineReasons.NotAnObject, document);
            }

            if (!isText)
            {
                return Quarantined(QuarantineReasons.InvalidText, document);
            }

            JsonElement? value = root;
            var name = value.Text("event");
            var timestamp = value.Text("timestamp");
            return string.IsNullOrEmpty(name) ? Quarantined(QuarantineReasons.MissingEventName, document)
                : string.IsNullOrEmpty(timestamp) ? Quarantined(QuarantineReasons.MissingTimestamp, document)
                : new LogLine(LineKind.Event, null, document) { Name = name, Timestamp = timestamp };
        }
        catch (JsonException)
        {
            return Quarantined(QuarantineReasons.InvalidJson, document);
        }
    }

    /// <summary>A line longer than <see cref="MaxBytes"/>, of which only size and hash are known.</summary>
    public static LogLine TooLong() => Quarantined(QuarantineReasons.TooLong);

    public void Dispose() => parsed?.Dispose();

    private static LogLine Quarantined(string reason, JsonDocument? document = null)
    {
        document?.Dispose();
        return new LogLine(LineKind.Quarantined, reason, null);
    }
}
