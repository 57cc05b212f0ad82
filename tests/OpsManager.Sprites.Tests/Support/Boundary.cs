using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Sprites.Tests.Support;

/// <summary>The boundary as the app registers it, with a clock that stands still and this machine on the allow-list.</summary>
internal sealed class Boundary : IAsyncDisposable
{
    public const string Token = "s3cret-token";

    private readonly ServiceProvider _services;

    public Boundary(IReadOnlyDictionary<string, string?>? settings = null, Func<string, IPAddress[]>? resolve = null, HttpMessageHandler? network = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Adapter:AllowedHosts:0"] = "127.0.0.1", ["Adapter:Tokens:main"] = Token })
            .AddInMemoryCollection(settings ?? new Dictionary<string, string?>())
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        if (resolve is not null)
        {
            services.AddSingleton<HostResolver>(new FixedResolver(resolve));
        }

        services.AddSpriteBoundary(configuration);
        if (network is not null)
        {
            services.AddHttpClient(SpriteBoundaryServices.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => network);
        }

        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public static LoopId Loop { get; } = LoopId.Parse("demo-loop");

    public FakeTimeProvider Time { get; } = new();

    public IAdapterClient Client => _services.GetRequiredService<IAdapterClient>();

    public PoisonLineProbe Probe => _services.GetRequiredService<PoisonLineProbe>();

    public IEndpointPolicy Policy => _services.GetRequiredService<IEndpointPolicy>();

    public IServiceProvider Services => _services;

    public static SpriteRef Sprite(Uri endpoint, string? tokenName = "main") => new(SpriteName.Parse("sprite-1"), endpoint, tokenName);

    public Task<AdapterResult<SnapshotReading>> SnapshotAsync(Uri endpoint, CancellationToken cancellationToken = default) =>
        Client.GetSnapshotAsync(Sprite(endpoint), Loop, "trace-1", cancellationToken);

    public Task<AdapterResult<EventsReading>> EventsAsync(Uri endpoint, long cursor, int maxEvents = 50) =>
        Client.GetEventsAsync(Sprite(endpoint), Loop, cursor, maxEvents, "trace-1", CancellationToken.None);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class FixedResolver(Func<string, IPAddress[]> resolve) : HostResolver
    {
        public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Task.FromResult(resolve(host));
    }
}
