using LocalHost.Durable.Engine;
using LocalHost.Durable.Ownership;

namespace LocalHost.Hosting;

/// <summary>Takes the hub, runs the engine, and gives the hub back.</summary>
internal sealed class EngineService(OrchestrationEngine engine, HubOwnership ownership, LocalHostOptions options, IHostApplicationLifetime lifetime) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ownership.Lost = () =>
        {
            engine.Abandon();
            lifetime.StopApplication();
        };
        await ownership.AcquireAsync(options.OwnershipPatience, cancellationToken);
        await engine.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await engine.StopAsync(cancellationToken);
        await ownership.ReleaseAsync(cancellationToken);
    }
}
