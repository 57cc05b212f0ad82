using System.Text.Json.Serialization;

namespace SuperloopAdapter;

/// <summary>Reads and writes the adapter's own small documents without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class AdapterJson : JsonSerializerContext;
