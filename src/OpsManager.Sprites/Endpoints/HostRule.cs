using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace OpsManager.Sprites.Endpoints;

/// <summary>One entry of the allow-list.</summary>
/// <param name="Host">Host name in lower case, or an address in its canonical form; for a suffix rule the part after the star, with its dot.</param>
/// <param name="IsSuffix">Whether any host below the domain is meant. Never an address, never the domain itself.</param>
/// <param name="Port">The port; null means any.</param>
internal sealed record HostRule(string Host, bool IsSuffix, int? Port)
{
    /// <summary>Parses an entry.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HostRule? rule)
    {
        rule = null;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || !TrySplit(text, out var host, out var port))
        {
            return false;
        }

        var suffix = host.StartsWith("*.", StringComparison.Ordinal);
        var name = suffix ? host[2..] : host;
        if (IPAddress.TryParse(name, out var address))
        {
            rule = new HostRule(address.ToString(), false, port);
            return !suffix;
        }

        // A star over a whole top-level domain would be no list at all.
        if (Uri.CheckHostName(name) != UriHostNameType.Dns || (suffix && !name.Contains('.', StringComparison.Ordinal)))
        {
            return false;
        }

        rule = new HostRule((suffix ? "." : string.Empty) + Canonical(name), suffix, port);
        return true;
    }

    /// <summary>A host in the form rules are compared in.</summary>
    public static string Canonical(string host)
    {
        var name = host.Trim('[', ']');
        return IPAddress.TryParse(name, out var address)
            ? address.ToString()
            : new UriBuilder(Uri.UriSchemeHttp, name.TrimEnd('.')).Uri.IdnHost.ToLowerInvariant();
    }

    /// <summary>Whether the rule covers a canonical host and a port.</summary>
    public bool Covers(string host, int port) =>
        (Port is null || Port == port)
        && (IsSuffix
            ? host.Length > Host.Length && host.EndsWith(Host, StringComparison.Ordinal) && !IPAddress.TryParse(host, out _)
            : host == Host);

    private static bool TrySplit(string text, out string host, out int? port)
    {
        port = null;
        host = text;
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
            {
                return false;
            }

            host = text[1..end];
            return end == text.Length - 1 || (text[end + 1] == ':' && TryPort(text[(end + 2)..], out port));
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || text.LastIndexOf(':') != colon)
        {
            // No port, or an IPv6 address without brackets.
            return true;
        }

        host = text[..colon];
        return TryPort(text[(colon + 1)..], out port);
    }

    private static bool TryPort(string text, out int? port)
    {
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535;
        port = valid ? number : null;
        return valid;
    }
}
