using System.Text.Json;

namespace OpsManager.Testing.Corpus;

/// <summary>A recorded request.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">Headers sent.</param>
/// <param name="Body">JSON body; null if none or not JSON.</param>
/// <param name="RawBody">Body as text where it was not sent as JSON.</param>
public sealed record RecordedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonElement? Body, string? RawBody);
