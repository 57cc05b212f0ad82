using System.ComponentModel;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OpsManager.SuperloopSimulator.Scenario;

/// <summary>Reads scenario files, and describes them.</summary>
internal static class ScenarioFiles
{
    public const string EnvironmentVariable = "SUPERLOOP_SIMULATOR_SCENARIO";

    // Misspelt members would silently play another scenario than the one that was meant.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Beside the repository's work, not in its .superloop folder, which holds only what the runtime writes.</summary>
    public static string FolderIn(string repository) => Path.Combine(repository, ".superloop-simulator");

    public static string PathIn(string repository) => Path.Combine(FolderIn(repository), "scenario.json");

    /// <summary>The scenario of a repository; one in which everything goes well where none is given.</summary>
    public static SimulatedRuntime Find(string repository, string? path)
    {
        path ??= Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named ? named : PathIn(repository);
        return File.Exists(path) ? Read(path) : new SimulatedRuntime();
    }

    public static SimulatedRuntime Read(string path) =>
        JsonSerializer.Deserialize<SimulatedRuntime>(File.ReadAllText(path), Options) ?? throw new JsonException("The scenario is null.");

    public static string Write(SimulatedRuntime scenario) => JsonSerializer.Serialize(scenario, Options) + "\n";

    public static string Schema()
    {
        var schema = Options.GetJsonSchemaAsNode(typeof(SimulatedRuntime), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                var described = context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type;
                if (node is JsonObject members && described.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false).OfType<DescriptionAttribute>().FirstOrDefault() is { } attribute)
                {
                    members.Insert(0, "description", attribute.Description);
                }

                return node;
            },
        });
        var document = schema.AsObject();
        document.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return document.ToJsonString(Options) + "\n";
    }
}
