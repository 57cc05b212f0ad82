using System.Text.Json.Serialization;
using OpsManager.Contract;

namespace SuperloopAdapter;

/// <summary>Type descriptions of what the adapter writes; see <see cref="WireJson"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LoopRunSnapshot))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class AdapterJson : JsonSerializerContext;
