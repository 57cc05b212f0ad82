using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OpsManager.Sprites.Endpoints;

/// <summary>Sorts addresses. A sprite is never link-local; what answers there is the cloud's metadata service, which hands out credentials.</summary>
internal static class AddressRules
{
    // Metadata and host agents outside the link-local ranges: Azure, Alibaba Cloud, AWS over IPv6.
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("fd00:ec2::254")];

    public static AddressKind Classify(IPAddress address)
    {
        address = Unwrap(address);
        if (IPAddress.IsLoopback(address))
        {
            return AddressKind.Loopback;
        }

        return Metadata.Contains(address) || (address.AddressFamily == AddressFamily.InterNetwork ? IsForbiddenV4(address) : IsForbiddenV6(address))
            ? AddressKind.Forbidden
            : AddressKind.Ordinary;
    }

    /// <summary>The IPv4 address inside an IPv6 one that only carries it (mapped, NAT64, 6to4, compatible): the same machine answers.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.IsIPv4MappedToIPv6 || bytes.StartsWith((ReadOnlySpan<byte>)[0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
        {
            return new IPAddress(bytes[12..]);
        }

        if (bytes[0] == 0x20 && bytes[1] == 0x02)
        {
            return new IPAddress(bytes[2..6]);
        }

        // ::a.b.c.d, long deprecated; :: and ::1 are addresses of their own.
        return bytes[..12].IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) > 1 ? new IPAddress(bytes[12..]) : address;
    }

    private static bool IsForbiddenV4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes[0] == 0 || bytes[0] >= 224 || (bytes[0] == 169 && bytes[1] == 254);
    }

    private static bool IsForbiddenV6(IPAddress address) =>
        address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.IsIPv6SiteLocal || address.Equals(IPAddress.IPv6Any);
}
