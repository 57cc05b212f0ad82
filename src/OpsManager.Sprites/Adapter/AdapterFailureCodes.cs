namespace OpsManager.Sprites.Adapter;

/// <summary>The stable codes of <see cref="AdapterFailure{T}"/>.</summary>
public static class AdapterFailureCodes
{
    /// <summary>The name does not resolve, the connection was refused, reset or cut off, or TLS failed.</summary>
    public const string TransportUnreachable = "transport_unreachable";

    /// <summary>No complete answer in time. What became of the request is unknown.</summary>
    public const string TransportTimeout = "transport_timeout";

    /// <summary>401 or 403: the token is wrong.</summary>
    public const string AdapterUnauthorized = "adapter_unauthorized";

    /// <summary>The adapter answered with an error that has no code of its own here.</summary>
    public const string AdapterError = "adapter_error";

    /// <summary>The adapter knows no such loop. Only adapters that can tell say so; see <see cref="LoopNotStarted"/>.</summary>
    public const string LoopUnknown = "loop_unknown";

    /// <summary>The loop has no artifacts yet. A v1 adapter cannot tell a loop that never ran from one that is not configured.</summary>
    public const string LoopNotStarted = "loop_not_started";

    /// <summary>The cursor lies beyond the end of the log: the log shrank or was replaced.</summary>
    public const string CursorAhead = "cursor_ahead";

    /// <summary>The answer is not what the contract says.</summary>
    public const string InvalidTransportPayload = "invalid_transport_payload";

    /// <summary>The answer has no <c>schemaVersion</c> or one the manager does not read.</summary>
    public const string UnsupportedSchemaVersion = "unsupported_schema_version";

    /// <summary>The answer speaks of another loop.</summary>
    public const string LoopMismatch = "loop_mismatch";

    /// <summary>The answer is larger than <see cref="AdapterClientOptions.MaxResponseBytes"/>.</summary>
    public const string ResponseTooLarge = "response_too_large";

    /// <summary>The endpoint is not on the allow-list, or its name leads to a forbidden address. Nothing was sent.</summary>
    public const string EndpointNotAllowed = "endpoint_not_allowed";

    /// <summary>The named token is not configured or cannot be sent. Nothing was sent.</summary>
    public const string AdapterTokenMissing = "adapter_token_missing";
}
