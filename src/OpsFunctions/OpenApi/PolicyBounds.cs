using System.Text.Json.Nodes;
using OpsFunctions.Http;
using OpsManager.Core.Policies;

namespace OpsFunctions.OpenApi;

/// <summary>What a partial policy may hold beyond what its type says. A test sends values on both sides of each bound.</summary>
internal static class PolicyBounds
{
    /// <summary>Writes the bounds into the schema of a partial policy.</summary>
    public static void Apply(JsonObject schema)
    {
        schema["additionalProperties"] = false;
        var properties = schema["properties"]!.AsObject();
        foreach (var field in PolicyFields.All)
        {
            if (properties[field.Name] is not JsonObject property)
            {
                continue;
            }

            if (field.Kind == PolicyFieldKind.Count)
            {
                property["minimum"] = (int)field.Minimum!;
                property["maximum"] = (int)field.Maximum!;
            }
            else if (field.Kind == PolicyFieldKind.Duration)
            {
                property["description"] = $"{property["description"]} {field.Rule}";
            }
        }

        if (properties["note"] is JsonObject note)
        {
            (note["minLength"], note["maxLength"]) = (1, BodyFields.MaximumNoteBytes);
        }
    }
}
