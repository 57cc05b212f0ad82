using System.Net;
using Microsoft.Extensions.Options;
using OpsManager.Notifications.Configuration;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Notifications.Sinks;

/// <summary>
/// Which hosts sinks may have: those of <see cref="NotificationOptions.AllowedHosts"/>. What a name resolves to is checked again when the
/// connection is made.
/// </summary>
public sealed class EgressPolicy(IOptions<NotificationOptions> options)
{
    private readonly HostRule[] _rules = [.. options.Value.Hosts().Select(static host => HostRule.TryParse(host, out var rule) ? rule : null).OfType<HostRule>()];

    /// <summary>Null if the address may be called, else why not. Says nothing of its path, which may be a secret.</summary>
    public string? Refuse(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) || address.IdnHost.Length == 0)
        {
            return "The address must begin with https:// and name a host.";
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            return "The address must not carry a user name, a password or a fragment.";
        }

        var host = HostRule.Canonical(address.IdnHost);
        var rules = _rules.Where(rule => rule.Covers(host, address.Port)).ToArray();
        if (rules.Length == 0)
        {
            return $"Host '{host}' with port {address.Port} is not on the allow-list (Escalations:AllowedHosts).";
        }

        if (IPAddress.TryParse(host, out var literal) && AddressRules.Classify(literal) == AddressKind.Forbidden)
        {
            return $"Address {host} is link-local, a metadata service or no single machine; such addresses are never called.";
        }

        var isLoopback = EndpointPolicy.IsLoopbackName(host);
        if (isLoopback && rules.All(static rule => rule.IsSuffix))
        {
            return $"Host '{host}' is this machine; it must be listed by its own name.";
        }

        return address.Scheme == Uri.UriSchemeHttp && !isLoopback ? "The address must begin with https://; only this machine may be called without TLS." : null;
    }
}
