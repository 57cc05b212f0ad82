using System.Net;

namespace SuperloopAdapter.Serving;

/// <summary>Settings of the service.</summary>
/// <param name="Listen">Address and port; port 0 takes a free one.</param>
/// <param name="Token">The token, or null for a service that was explicitly opened.</param>
internal sealed record ServeOptions(IPEndPoint Listen, string? Token)
{
    /// <summary>Environment variable that holds the token unless another is named.</summary>
    public const string DefaultTokenVariable = "SUPERLOOP_OPS_TOKEN";

    public const string DefaultListen = "127.0.0.1:8790";
}
