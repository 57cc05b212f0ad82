namespace OpsManager.Notifications.Sinks;

/// <summary>Codes of what goes wrong with a sink, besides <c>http_&lt;status&gt;</c>. Public and stored.</summary>
public static class SinkErrorCodes
{
    /// <summary>The secret it needs is not configured under its name, or is not of the form it must have.</summary>
    public const string SecretMissing = "secret_missing";

    /// <summary>Its host is not on the allow-list, or leads to an address that is never called.</summary>
    public const string HostNotAllowed = "host_not_allowed";

    /// <summary>No complete answer in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>No connection.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>It answered with a redirect, which is never followed.</summary>
    public const string Redirected = "redirected";

    /// <summary>It was tried for as long as is allowed.</summary>
    public const string GaveUp = "gave_up";
}
