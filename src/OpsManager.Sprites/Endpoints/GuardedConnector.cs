using System.Net;
using System.Net.Sockets;

namespace OpsManager.Sprites.Endpoints;

/// <summary>Opens connections, and only to addresses that may be called. It connects to the very addresses it has checked.</summary>
internal sealed class GuardedConnector(HostResolver resolver)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var host = HostRule.Canonical(endpoint.Host);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolver.ResolveAsync(endpoint.Host, cancellationToken);
        var refusal = Refuse(host, addresses);
        if (refusal is not null)
        {
            throw new EndpointRefusedException(refusal);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One bad address among several refuses all: an honest name has none.</summary>
    internal static string? Refuse(string host, IPAddress[] addresses)
    {
        foreach (var address in addresses)
        {
            switch (AddressRules.Classify(address))
            {
                case AddressKind.Forbidden:
                    return $"Host '{host}' leads to {address}, which is link-local, a metadata service or no single machine.";
                case AddressKind.Loopback when !EndpointPolicy.IsLoopbackName(host):
                    return $"Host '{host}' leads to {address}, which is this machine; list that address itself if it is meant.";
            }
        }

        return addresses.Length == 0 ? throw new SocketException((int)SocketError.HostNotFound) : null;
    }
}
