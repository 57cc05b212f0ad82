using System.Text.Json.Nodes;

namespace OpsManager.Testing.Http;

/// <summary>A request that a <see cref="ReceivingServer"/> took.</summary>
public sealed record ReceivedPost(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}
