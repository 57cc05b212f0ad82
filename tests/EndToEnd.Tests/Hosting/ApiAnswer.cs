using System.Net;
using System.Text.Json;

namespace EndToEnd.Tests.Hosting;

/// <summary>An answer of the API.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement? Body, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => Body ?? throw new InvalidOperationException($"{Status} without JSON: {Text}");

    /// <summary>The stable code of a problem.</summary>
    public string? Code => Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("code", out var code) ? code.GetString() : null;
}
