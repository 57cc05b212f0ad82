using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsFunctions.OpenApi;

/// <summary>
/// What the document shows besides the types: examples, which are recorded answers of the app, and descriptions, which are the
/// comments of the sources. Both are written by the tests and kept in <c>Resources/</c>, so that the app needs neither at run time.
/// </summary>
/// <param name="Examples">Examples: <c>CreateRun.202.accepted.json</c>, <c>ListEvents.200.stream.txt</c>, <c>problem.run_not_found.json</c>.</param>
/// <param name="Descriptions">Descriptions of types (<c>RunResource</c>) and of their members (<c>RunResource.State</c>).</param>
public sealed record ApiResources(IReadOnlyDictionary<string, string> Examples, IReadOnlyDictionary<string, string> Descriptions)
{
    /// <summary>File with the descriptions.</summary>
    public const string DescriptionsFile = "descriptions.json";

    private const string Prefix = "OpenApi/";

    /// <summary>Those this assembly was built with.</summary>
    public static ApiResources Embedded { get; } = Load();

    /// <summary>The example of a name as JSON; null if there is none.</summary>
    public JsonNode? Json(string name) => Examples.TryGetValue(name, out var text) ? JsonNode.Parse(text) : null;

    private static ApiResources Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var examples = new Dictionary<string, string>(StringComparer.Ordinal);
        var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream);
            var text = reader.ReadToEnd();
            var name = resource[Prefix.Length..];
            if (name == DescriptionsFile)
            {
                descriptions = JsonSerializer.Deserialize<Dictionary<string, string>>(text)!;
            }
            else
            {
                examples[name] = text;
            }
        }

        return new ApiResources(examples, descriptions);
    }
}
