using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using OpsFunctions.Api;
using OpsManager.Contract;
using OpsManager.Core.Intents;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsFunctions.OpenApi;

/// <summary>The schemas of an OpenAPI document, made from the types that are written. Every type of ours is a component.</summary>
public sealed class SchemaBook
{
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _descriptions;
    private readonly JsonSchemaExporterOptions _exporter;

    /// <summary>An empty book.</summary>
    /// <param name="descriptions">What types and members are for.</param>
    public SchemaBook(IReadOnlyDictionary<string, string> descriptions)
    {
        _descriptions = descriptions;
        _exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
    }

    /// <summary>Where components are in the document.</summary>
    public const string Root = "#/components/schemas/";

    /// <summary>A reference to the schema of a type.</summary>
    public JsonObject Reference(Type type)
    {
        var name = NameOf(type);
        if (_types.TryAdd(name, type))
        {
            _schemas[name] = ApiJson.Options.GetJsonSchemaAsNode(type, _exporter);
        }
        else if (_types[name] != type)
        {
            throw new InvalidOperationException($"Both {type.FullName} and {_types[name].FullName} would be the component {name}.");
        }

        return ReferenceTo(name);
    }

    /// <summary>A reference to a schema of the contract, with its definitions as components of their own.</summary>
    public JsonObject Contract(string file)
    {
        var name = file[..file.IndexOf('.', StringComparison.Ordinal)];
        if (!_schemas.ContainsKey(name))
        {
            var schema = JsonNode.Parse(ContractSchemas.GetText(file))!.AsObject();
            schema.Remove("$schema");
            schema.Remove("$id");
            if (schema["$defs"] is JsonObject definitions)
            {
                schema.Remove("$defs");
                foreach (var (definition, value) in definitions)
                {
                    var part = value!.DeepClone();
                    Rename(part, name);
                    _schemas[$"{name}_{definition}"] = part;
                }
            }

            Rename(schema, name);
            _schemas[name] = schema;
        }

        return ReferenceTo(name);
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

    private static JsonObject ReferenceTo(string name) => new() { ["$ref"] = Root + name };

    private static string NameOf(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.Name;
        }

        return PlainName(type) + "Of" + string.Concat(type.GetGenericArguments().Select(NameOf));
    }

    private static string PlainName(Type type) =>
        type.IsGenericType ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("Ops", StringComparison.Ordinal) == true;

    // The exporter does not look behind converters.
    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var isRoot = context.Path.IsEmpty;
        var result = Shape(context, type, isRoot, schema);
        if (DescriptionOf(context, type, isRoot) is { } description)
        {
            // A schema that allows anything is the word true.
            var described = result as JsonObject ?? [];
            described["description"] = description;
            return described;
        }

        return result;
    }

    private JsonNode Shape(JsonSchemaExporterContext context, Type type, bool isRoot, JsonNode schema)
    {
        if (type == typeof(RunId))
        {
            return Identifier("^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$", RunId.Rule);
        }

        if (type == typeof(IntentId))
        {
            return Identifier("^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$", IntentId.Rule);
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
            return Contract(MemberOf(context)?.DeclaringType == typeof(EventResource) ? ContractSchemas.Event : ContractSchemas.Snapshot);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>))
        {
            var item = type.GetGenericArguments()[0];
            var items = item == typeof(string) ? new JsonObject { ["type"] = "string" } : Reference(item);
            return new JsonObject { ["type"] = "array", ["items"] = items };
        }

        if (!isRoot && IsOurs(type) && (type.IsEnum || context.TypeInfo.Kind == JsonTypeInfoKind.Object))
        {
            return Reference(type);
        }

        if (schema is JsonObject node)
        {
            DropNull(node);
            if (type.IsEnum)
            {
                node["type"] = "string";
            }

            if (isRoot && context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            {
                Require(context.TypeInfo, type, node);
            }
        }

        return schema;
    }

    // An absent member is never written as null, so that a schema need not allow it.
    private static void DropNull(JsonObject node)
    {
        if (node["type"] is JsonArray types)
        {
            var kept = types.Select(entry => entry!.GetValue<string>()).Where(entry => entry != "null").ToArray();
            node["type"] = kept.Length == 1 ? kept[0] : new JsonArray([.. kept.Select(entry => (JsonNode)entry)]);
        }

        if (node["enum"] is JsonArray words && words.Any(word => word is null))
        {
            node["enum"] = new JsonArray([.. words.Where(word => word is not null).Select(word => word!.DeepClone())]);
        }
    }

    // What is written is there unless it can be null; what is read must be there only where the type says so, and is refused if unknown.
    private static void Require(JsonTypeInfo info, Type type, JsonObject node)
    {
        if (type == typeof(CreateRunRequest))
        {
            CreateRunBounds.Apply(node);
            return;
        }

        if (typeof(PolicyOverrides).IsAssignableFrom(type) || type == typeof(PolicyActionOverrides))
        {
            PolicyBounds.Apply(node);
        }

        var always = info.Properties
            .Where(property => property.Get is not null && !property.IsGetNullable && Nullable.GetUnderlyingType(property.PropertyType) is null)
            .Select(property => (JsonNode)property.Name)
            .ToArray();
        node.Remove("required");
        if (always.Length > 0)
        {
            node["required"] = new JsonArray(always);
        }
    }

    private string? DescriptionOf(JsonSchemaExporterContext context, Type type, bool isRoot)
    {
        if (isRoot)
        {
            return IsOurs(type) && _descriptions.TryGetValue(PlainName(type), out var own) ? own + WordsOf(type) : null;
        }

        return MemberOf(context) is { DeclaringType: { } owner } member
            && _descriptions.TryGetValue($"{PlainName(owner)}.{member.Name}", out var description)
                ? description
                : null;
    }

    private string WordsOf(Type type)
    {
        if (!type.IsEnum)
        {
            return string.Empty;
        }

        var words = Enum.GetNames(type)
            .Where(name => _descriptions.ContainsKey($"{type.Name}.{name}"))
            .Select(name => $"\n- `{JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}`: {_descriptions[$"{type.Name}.{name}"]}");
        return "\n" + string.Concat(words);
    }

    private static MemberInfo? MemberOf(JsonSchemaExporterContext context) => context.PropertyInfo?.AttributeProvider as MemberInfo;

    private static JsonObject Identifier(string pattern, string rule) =>
        new() { ["type"] = "string", ["pattern"] = pattern, ["description"] = rule + "." };

    // References of a contract schema count from its own root.
    private static void Rename(JsonNode? node, string name)
    {
        const string definitions = "#/$defs/";
        switch (node)
        {
            case JsonObject parent:
                if (parent["$ref"] is JsonValue reference && reference.GetValue<string>() is { } target && target.StartsWith(definitions, StringComparison.Ordinal))
                {
                    parent["$ref"] = $"{Root}{name}_{target[definitions.Length..]}";
                }

                foreach (var member in parent.Select(pair => pair.Value).ToArray())
                {
                    Rename(member, name);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Rename(item, name);
                }

                break;
        }
    }
}
