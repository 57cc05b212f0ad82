namespace OpsManager.Testing.Corpus;

/// <summary>A request and what came back.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">What came back.</param>
/// <param name="ElapsedMs">How long it took, in milliseconds.</param>
public sealed record HttpExchange(RecordedRequest Request, RecordedResponse Response, long ElapsedMs);
