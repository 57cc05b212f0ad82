using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using OpsFunctions.Api;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsFunctions.OpenApi;

/// <summary>The schemas of an OpenAPI document, made from the types that are written.</summary>
public sealed class SchemaBook
{
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);
    private readonly JsonSchemaExporterOptions _exporter;

    /// <summary>An empty book.</summary>
    public SchemaBook() => _exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>Where components are in the document.</summary>
    public const string Root = "#/components/schemas/";

    /// <summary>A reference to the schema of a type.</summary>
    public JsonObject Reference(Type type)
    {
        var name = NameOf(type);
        if (!_schemas.ContainsKey(name))
        {
            var schema = ApiJson.Options.GetJsonSchemaAsNode(type, _exporter);
            Rebase(schema, Root + name);
            _schemas[name] = schema;
        }

        return new JsonObject { ["$ref"] = Root + name };
    }

    /// <summary>All schemas referred to.</summary>
    public JsonObject ToJson()
    {
        var result = new JsonObject();
        foreach (var (name, schema) in _schemas)
        {
            result[name] = schema.DeepClone();
        }

        return result;
    }

    private static string NameOf(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        return name + "Of" + string.Concat(type.GetGenericArguments().Select(NameOf));
    }

    // The exporter does not look behind converters.
    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(RunId))
        {
            return Identifier("^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$", RunId.Rule);
        }

        if (type == typeof(LoopId))
        {
            return Identifier("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$", LoopId.Rule);
        }

        if (type == typeof(SpriteName))
        {
            return Identifier("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", SpriteName.Rule);
        }

        if (type == typeof(RawJson))
        {
            return new JsonObject { ["type"] = "object", ["description"] = "An envelope of the v1 contract as it was received; see /contract/v1/{schema}." };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>))
        {
            var item = type.GetGenericArguments()[0];
            var items = item == typeof(string) ? new JsonObject { ["type"] = "string" } : Reference(item);
            return new JsonObject { ["type"] = "array", ["items"] = items };
        }

        // An absent member is never written as null, so that a schema need not allow it.
        if (schema is JsonObject { } node && node["type"] is JsonArray types)
        {
            var kept = types.Select(entry => entry!.GetValue<string>()).Where(entry => entry != "null").ToArray();
            node["type"] = kept.Length == 1 ? kept[0] : new JsonArray([.. kept.Select(entry => (JsonNode)entry)]);
        }

        if (schema is JsonObject { } withEnum && withEnum["enum"] is JsonArray words && words.Any(word => word is null))
        {
            withEnum["enum"] = new JsonArray([.. words.Where(word => word is not null).Select(word => word!.DeepClone())]);
        }

        return schema;
    }

    private static JsonObject Identifier(string pattern, string rule) =>
        new() { ["type"] = "string", ["pattern"] = pattern, ["description"] = rule + "." };

    // References of the exporter count from the root of the schema it wrote.
    private static void Rebase(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject parent:
                if (parent["$ref"] is JsonValue reference
                    && reference.GetValue<string>() is { } target
                    && target.StartsWith('#')
                    && !target.StartsWith(Root, StringComparison.Ordinal))
                {
                    parent["$ref"] = root + target[1..];
                }

                foreach (var member in parent.Select(pair => pair.Value).ToArray())
                {
                    Rebase(member, root);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Rebase(item, root);
                }

                break;
        }
    }
}
