namespace OpsManager.Storage.Documents;

/// <summary>A payload ready to be stored.</summary>
/// <param name="Properties">The properties of its row.</param>
/// <param name="Blob">Name and content of the blob that must be written first; null when the row holds everything.</param>
internal sealed record EncodedPayload(IReadOnlyDictionary<string, object> Properties, (string Name, byte[] Content)? Blob);
