namespace OpsManager.Sprites.Adapter;

/// <summary>What one request brought: a status with a body, or a failure before that.</summary>
/// <param name="Status">HTTP status; 0 on failure.</param>
/// <param name="Body">The body, within the limit.</param>
/// <param name="Secret">The token that was sent, to keep it out of texts.</param>
/// <param name="FailureCode">Why there is no body; null if there is.</param>
/// <param name="FailureDetail">The failure in words.</param>
internal sealed record AdapterReply(int Status, byte[] Body, string? Secret, string? FailureCode, string? FailureDetail)
{
    // A record would print the token.
    public override string ToString() => FailureCode ?? $"HTTP {Status}";
}
