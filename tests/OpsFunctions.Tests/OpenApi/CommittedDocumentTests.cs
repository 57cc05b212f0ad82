using System.Text.Json;
using System.Text.Json.Nodes;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.OpenApi;
using OpsManager.Testing;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>
/// The document in the repository is what the app serves, its examples are what the app answers, its descriptions are what the
/// sources say. All three are written anew with OPS_UPDATE_OPENAPI=1.
/// </summary>
public sealed class CommittedDocumentTests
{
    private const string Resources = "src/OpsFunctions/OpenApi/Resources";

    private static readonly JsonSerializerOptions Format = new(ApiJson.Options) { WriteIndented = true };

    [Fact]
    public async Task Examples_descriptions_and_document_are_those_of_the_code()
    {
        var examples = await ExampleRecorder.RecordAsync();
        foreach (var (name, text) in examples)
        {
            Committed.Check($"{Resources}/{name}", text);
        }

        var folder = RepositoryRoot.Combine(Resources.Split('/'));
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => IsStray(file, examples)))
        {
            Assert.True(Committed.IsUpdate, $"{file} is no example that is recorded.");
            File.Delete(file);
        }

        var functions = HttpFunction.In(typeof(OpsFunctionsComposition).Assembly);
        var bare = OpenApiDocument.Build(functions, ApiOperations.All, new ApiResources(examples, new Dictionary<string, string>()));
        var descriptions = SourceComments.Of(bare["components"]!["schemas"]!.AsObject().Select(schema => schema.Key));
        Committed.Check($"{Resources}/{ApiResources.DescriptionsFile}", JsonSerializer.Serialize(descriptions, Format) + "\n");

        var document = OpenApiDocument.Build(functions, ApiOperations.All, new ApiResources(examples, descriptions));
        Committed.Check("docs/openapi.json", document.ToJsonString(Format) + "\n");
        if (!Committed.IsUpdate)
        {
            Assert.True(JsonNode.DeepEquals(document, OpenApiDocument.Current), "The app was built with other resources than those in the repository: build again.");
        }
    }

    [Fact]
    public void Every_answer_with_a_type_has_an_example_and_every_problem_too()
    {
        var document = CommittedJson("docs/openapi.json");
        var bare = new List<string>();
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var bodies = operation!["responses"]!.AsObject()
                    .SelectMany(response => response.Value!["content"]?.AsObject().Select(content => (What: $"{method} {path} {response.Key} {content.Key}", Body: content.Value!)) ?? [])
                    .Concat(operation["requestBody"]?["content"]!.AsObject().Select(content => (What: $"{method} {path} body", Body: content.Value!)) ?? []);
                bare.AddRange(bodies.Where(body => body.Body["schema"]!["$ref"] is not null && body.Body["examples"] is null).Select(body => body.What));
            }
        }

        Assert.Empty(bare);
        Assert.Equal(
            Problems.ProblemKinds.ByCode.Keys.Order(StringComparer.Ordinal),
            document["components"]!["examples"]!.AsObject().Select(example => example.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_type_of_the_api_is_described()
    {
        var schemas = CommittedJson("docs/openapi.json")["components"]!["schemas"]!.AsObject();

        Assert.Empty(schemas.Where(schema => !schema.Key.Contains('_', StringComparison.Ordinal) && schema.Value!["description"] is null).Select(schema => schema.Key));
    }

    [Fact]
    public void Nothing_that_was_released_is_broken()
    {
        var breaks = BreakingChanges.Between(CommittedJson("docs/openapi.baseline.json"), CommittedJson("docs/openapi.json"));

        Assert.True(
            breaks.Count == 0,
            "The API breaks what docs/openapi.baseline.json promised. Bring it back, or make it a new version:\n" + string.Join('\n', breaks));
    }

    [Fact]
    public void Everything_the_api_offers_was_released_and_is_held_to_it()
    {
        // What is added is not finished while a client that relies on it could be broken unnoticed: it joins the baseline with its commit.
        Assert.Empty(Operations("docs/openapi.json").Except(Operations("docs/openapi.baseline.json"), StringComparer.Ordinal));

        static IEnumerable<string> Operations(string path) => CommittedJson(path)["paths"]!.AsObject()
            .SelectMany(static item => item.Value!.AsObject().Select(operation => $"{operation.Key} {item.Key}"));
    }

    internal static JsonObject CommittedJson(string path) => JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine(path.Split('/'))))!.AsObject();

    private static bool IsStray(string file, IReadOnlyDictionary<string, string> examples) =>
        Path.GetFileName(file) is var name && name != ApiResources.DescriptionsFile && !examples.ContainsKey(name);
}
