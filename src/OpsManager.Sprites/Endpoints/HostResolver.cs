using System.Net;

namespace OpsManager.Sprites.Endpoints;

/// <summary>Resolves names. Its own type so that tests can answer with any address.</summary>
internal class HostResolver
{
    public virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);
}
