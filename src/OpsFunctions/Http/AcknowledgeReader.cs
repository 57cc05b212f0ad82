using System.Text.Json;
using OpsFunctions.Api;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>Reads an <see cref="AcknowledgeRequest"/> strictly.</summary>
internal static class AcknowledgeReader
{
    private static readonly string[] Members = ["note"];

    /// <summary>The request, or what is wrong with it.</summary>
    public static (AcknowledgeRequest? Request, ApiProblem? Problem) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        BodyFields.RefuseUnknown(body, string.Empty, Members, errors);
        var note = BodyFields.ReadNote(body, errors);
        return errors.Count == 0 ? (new AcknowledgeRequest { Note = note }, null) : (null, ApiProblem.Of(errors));
    }
}
