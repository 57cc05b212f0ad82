using System.Text.Json.Serialization;
using OpsManager.Contract;
using SuperloopAdapter.Control;
using SuperloopAdapter.Launching;

namespace SuperloopAdapter;

/// <summary>Reads and writes the adapter's own small documents without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(LaunchRecord))]
[JsonSerializable(typeof(RunFence))]
[JsonSerializable(typeof(ExitRecord))]
[JsonSerializable(typeof(ControlAnswers))]
[JsonSerializable(typeof(DecisionFacts))]
internal sealed partial class AdapterJson : JsonSerializerContext;
