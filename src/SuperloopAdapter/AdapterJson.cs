using System.Text.Json.Serialization;
using SuperloopAdapter.Launching;

namespace SuperloopAdapter;

/// <summary>Reads and writes the adapter's own small documents without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(LaunchRecord))]
[JsonSerializable(typeof(RunFence))]
[JsonSerializable(typeof(ExitRecord))]
internal sealed partial class AdapterJson : JsonSerializerContext;
