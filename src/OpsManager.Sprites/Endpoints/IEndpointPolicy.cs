namespace OpsManager.Sprites.Endpoints;

/// <summary>Which hosts the manager calls: those on the configured allow-list and no others.</summary>
public interface IEndpointPolicy
{
    /// <summary>Null if the address may be called, else why not, in words for the caller.</summary>
    string? Refuse(Uri endpoint);
}
