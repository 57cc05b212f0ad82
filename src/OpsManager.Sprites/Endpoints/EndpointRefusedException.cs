namespace OpsManager.Sprites.Endpoints;

/// <summary>A listed name leads to an address that is not called. Carries the reason through the HTTP handler.</summary>
internal sealed class EndpointRefusedException(string message) : IOException(message);
