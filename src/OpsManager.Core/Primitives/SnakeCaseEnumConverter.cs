using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Core.Primitives;

/// <summary>Writes an enum as a snake_case word, whatever the serializer's own options: the words are stored and public.</summary>
public sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
