using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>
/// Reads and writes the contract without reflection, camelCase. Reading keeps unknown members and ignores their absence here;
/// whether an envelope is acceptable is decided by <see cref="EnvelopeValidator"/>, not by the serializer.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters = [typeof(IntegralInt64Converter), typeof(IntegralInt32Converter)])]
[JsonSerializable(typeof(LoopRunSnapshot))]
[JsonSerializable(typeof(LoopRunEvent))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(ServiceErrorBody))]
[JsonSerializable(typeof(StartRequest))]
[JsonSerializable(typeof(StartResponse))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSerializable(typeof(HealthzBody))]
public sealed partial class ContractJsonContext : JsonSerializerContext;
