namespace OpsManager.Sprites.Endpoints;

/// <summary>What an address is, as far as calling it goes.</summary>
internal enum AddressKind
{
    /// <summary>May be called if its host is listed.</summary>
    Ordinary,

    /// <summary>This machine: may be called only if listed as such.</summary>
    Loopback,

    /// <summary>Never called: link-local, metadata services, unspecified, multicast.</summary>
    Forbidden,
}
