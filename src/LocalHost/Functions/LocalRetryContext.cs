namespace LocalHost.Functions;

/// <summary>Function-level retries do not exist here: every invocation is a first one.</summary>
internal sealed class LocalRetryContext : Microsoft.Azure.Functions.Worker.RetryContext
{
    public static LocalRetryContext FirstAttempt { get; } = new();

    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}
