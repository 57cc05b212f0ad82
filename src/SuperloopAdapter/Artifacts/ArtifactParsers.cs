using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Artifacts;

/// <summary>Turns an artifact's bytes into the part of it that a snapshot carries.</summary>
internal static class ArtifactParsers
{
    /// <summary>Member of a parsed summary: its <c>updated_at</c>.</summary>
    public const string SummaryUpdatedAt = "updated_at";

    /// <summary>Member of a parsed summary: its last entry.</summary>
    public const string SummaryLastEntry = "last";

    /// <summary>
    /// What is embedded in an envelope may not be nested so deep that the whole envelope, or a page of them, passes the
    /// depth of 64 at which readers of the contract stop.
    /// </summary>
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 56 };

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 60 };

    /// <summary>The whole file, which must be one JSON object.</summary>
    public static ArtifactContent WholeObject(ReadOnlyMemory<byte> bytes)
    {
        // The syntax first: half a file may end within a character, and is torn.
        using var document = JsonDocument.Parse(bytes, Options);
        return document.RootElement.ValueKind != JsonValueKind.Object ? ArtifactContent.Unknown(UnreadableReasons.NotAnObject)
            : !JsonText.IsValid(bytes.Span) ? ArtifactContent.Unknown(UnreadableReasons.InvalidText)
            : ArtifactContent.Of(document.RootElement.Clone());
    }

    /// <summary>
    /// run-summary.json grows by some 4 KB an iteration for ever, and only its last entry is of use: the file is walked
    /// as tokens and nothing but that entry becomes a document.
    /// </summary>
    public static ArtifactContent LastSummaryEntry(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes.Span, ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return ArtifactContent.Unknown(UnreadableReasons.NotAnObject);
        }

        if (!JsonText.IsValid(bytes.Span))
        {
            // Names and values cannot be looked at, but whether all of it is there can.
            while (reader.Read())
            {
            }

            return ArtifactContent.Unknown(UnreadableReasons.InvalidText);
        }

        string? updatedAt = null;
        Range? last = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUpdatedAt = reader.ValueTextEquals("updated_at"u8);
            var isEntries = reader.ValueTextEquals("entries"u8);
            reader.Read();
            if (isUpdatedAt && reader.TokenType == JsonTokenType.String)
            {
                updatedAt = reader.GetString();
            }
            else if (isEntries && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    last = start..(int)reader.BytesConsumed;
                }
            }
            else
            {
                reader.Skip();
            }
        }

        // Anything after the closing brace, or none of it, is a torn file: the reader throws or stops early.
        if (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth != 0)
        {
            throw new JsonException("The summary is incomplete.");
        }

        while (reader.Read())
        {
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (updatedAt is not null)
            {
                writer.WriteString(SummaryUpdatedAt, updatedAt);
            }

            if (last is { } range)
            {
                writer.WritePropertyName(SummaryLastEntry);
                using var entry = JsonDocument.Parse(bytes[range], Options);
                entry.RootElement.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return WholeObject(buffer.WrittenMemory);
    }
}
