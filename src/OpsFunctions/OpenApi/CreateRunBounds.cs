using System.Text.Json.Nodes;

namespace OpsFunctions.OpenApi;

/// <summary>What <see cref="Http.CreateRunReader"/> refuses and the type of the request cannot say. A test sends values on both sides of each bound.</summary>
internal static class CreateRunBounds
{
    /// <summary>Writes the bounds into the schema of the request.</summary>
    public static void Apply(JsonObject schema)
    {
        schema["additionalProperties"] = false;
        var properties = schema["properties"]!.AsObject();
        Limit(properties, "repoPath", 1024)["pattern"] = "^/";
        Limit(properties, "workspace", 128);
        Limit(properties, "profile", 64);
        var labels = properties["labels"]!.AsObject();
        labels["maxProperties"] = 32;
        labels["propertyNames"] = new JsonObject { ["pattern"] = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$" };
        labels["additionalProperties"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 256 };
    }

    private static JsonObject Limit(JsonObject properties, string name, int length)
    {
        var property = properties[name]!.AsObject();
        property["minLength"] = 1;
        property["maxLength"] = length;
        return property;
    }
}
