using System.Net;
using Microsoft.Extensions.Options;
using OpsManager.Sprites.Adapter;

namespace OpsManager.Sprites.Endpoints;

/// <summary>
/// The allow-list of <see cref="AdapterClientOptions.AllowedHosts"/>. What a name resolves to is checked again by <see cref="GuardedConnector"/>
/// when the connection is made, since a name can change its mind in between.
/// </summary>
public sealed class EndpointPolicy(IOptionsMonitor<AdapterClientOptions> options) : IEndpointPolicy
{
    private Parsed? _parsed;

    /// <inheritdoc/>
    public string? Refuse(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri)
        {
            return "The endpoint is not an absolute address; write https://host[:port].";
        }

        if (endpoint.Scheme != Uri.UriSchemeHttps && endpoint.Scheme != Uri.UriSchemeHttp)
        {
            return "The endpoint must begin with https:// or http://.";
        }

        if (endpoint.UserInfo.Length > 0)
        {
            return "The endpoint must not carry a user name or password; name the token instead.";
        }

        if (endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
        {
            return "The endpoint must not carry a query or fragment; give the adapter's base address.";
        }

        if (endpoint.IdnHost.Length == 0)
        {
            return "The endpoint names no host.";
        }

        var host = HostRule.Canonical(endpoint.IdnHost);
        var rules = Rules().Where(r => r.Covers(host, endpoint.Port)).ToList();
        if (rules.Count == 0)
        {
            return DetailText.Clean($"Host '{host}' with port {endpoint.Port} is not on the allow-list (Adapter:AllowedHosts).");
        }

        if (IPAddress.TryParse(host, out var address) && AddressRules.Classify(address) == AddressKind.Forbidden)
        {
            return $"Address {host} is link-local, a metadata service or no single machine; such addresses are never called.";
        }

        return IsLoopbackName(host) && rules.TrueForAll(static r => r.IsSuffix)
            ? $"Host '{host}' is this machine; it must be listed by its own name."
            : null;
    }

    /// <summary>Whether a canonical host means this machine by its very name.</summary>
    internal static bool IsLoopbackName(string host) =>
        host == "localhost"
        || host.EndsWith(".localhost", StringComparison.Ordinal)
        || (IPAddress.TryParse(host, out var address) && AddressRules.Classify(address) == AddressKind.Loopback);

    private HostRule[] Rules()
    {
        var current = options.CurrentValue;
        var parsed = _parsed;
        if (parsed is null || !ReferenceEquals(parsed.Source, current))
        {
            // Two threads may both parse; either result is right.
            parsed = new Parsed(current, [.. current.AllowedHosts.Select(static h => HostRule.TryParse(h, out var rule) ? rule : null).OfType<HostRule>()]);
            _parsed = parsed;
        }

        return parsed.Rules;
    }

    private sealed record Parsed(AdapterClientOptions Source, HostRule[] Rules);
}
