using System.Text.Json.Serialization;

namespace OpsFunctions.Api;

/// <summary>JSON that was stored as bytes and is passed on as it is.</summary>
/// <param name="Utf8">UTF-8 JSON; empty is written as null.</param>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);
