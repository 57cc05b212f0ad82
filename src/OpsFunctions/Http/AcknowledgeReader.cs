using System.Text;
using System.Text.Json;
using OpsFunctions.Api;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>Reads an <see cref="AcknowledgeRequest"/> strictly.</summary>
internal static class AcknowledgeReader
{
    /// <summary>Bytes a note may have.</summary>
    public const int MaximumNote = 4096;

    private static readonly string[] Members = ["by", "note"];

    /// <summary>The request, or what is wrong with it.</summary>
    public static (AcknowledgeRequest? Request, ApiProblem? Problem) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        ActorNames.RefuseUnknown(body, Members, errors);
        var by = ActorNames.Read(body, "by", ActorNames.MaximumLength, errors);
        string? note = null;
        if (body.TryGetProperty("note", out var element) && element.ValueKind != JsonValueKind.Null)
        {
            note = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
            if (string.IsNullOrEmpty(note) || Encoding.UTF8.GetByteCount(note) > MaximumNote)
            {
                errors.Add(new FieldError("note", ProblemKinds.InvalidField.Code, "It is no text, empty or too long.", $"A text of 1 to {MaximumNote} bytes."));
            }
        }

        return errors.Count == 0 ? (new AcknowledgeRequest { By = by!, Note = note }, null) : (null, ApiProblem.Of(errors));
    }
}
