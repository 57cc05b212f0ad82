using System.Text;
using System.Text.Json;

namespace OpsManager.Testing.Corpus;

/// <summary>A recorded response, or the lack of one.</summary>
/// <param name="Status">HTTP status; null when the connection was dropped.</param>
/// <param name="Headers">Headers received.</param>
/// <param name="Json">JSON body; null if none or not JSON.</param>
/// <param name="Text">Body as text where it was not JSON.</param>
/// <param name="Error">What the client saw instead of a response.</param>
public sealed record RecordedResponse(int? Status, IReadOnlyDictionary<string, string> Headers, JsonElement? Json, string? Text, string? Error)
{
    /// <summary>The body as bytes; JSON is formatted anew, so its length differs from the recorded header.</summary>
    public byte[] Body => Encoding.UTF8.GetBytes(Json is { } json ? json.GetRawText() : Text ?? string.Empty);
}
