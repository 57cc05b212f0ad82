using OpsManager.Sprites.Endpoints;

namespace OpsFunctions.Tests.Support;

/// <summary>Allows one host.</summary>
internal sealed class FakeEndpoints : IEndpointPolicy
{
    public string? Refuse(Uri endpoint) => endpoint.Host == "adapter.test" ? null : $"Host {endpoint.Host} is not allowed.";
}
