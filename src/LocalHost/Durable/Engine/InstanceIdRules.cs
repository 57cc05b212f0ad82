namespace LocalHost.Durable.Engine;

/// <summary>The documented alphabet of instance ids, which is what viewers and the HTTP API can handle.</summary>
internal static class InstanceIdRules
{
    private const int MaxLength = 100;

    public static void Check(string instanceId)
    {
        if (instanceId.Length is 0 or > MaxLength)
        {
            throw new ArgumentException($"An instance id has 1 to {MaxLength} characters.", nameof(instanceId));
        }

        if (instanceId[0] == '@')
        {
            throw new ArgumentException("An instance id must not start with '@': those belong to entities.", nameof(instanceId));
        }

        if (instanceId.AsSpan().ContainsAny("/\\#?") || instanceId.Any(char.IsControl))
        {
            throw new ArgumentException("An instance id must not contain '/', '\\', '#', '?' or control characters.", nameof(instanceId));
        }
    }
}
