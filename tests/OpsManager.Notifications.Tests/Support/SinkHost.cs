using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Sinks;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Notifications.Tests.Support;

/// <summary>Sinks as the app makes them, from a configuration that a test writes.</summary>
internal sealed class SinkHost : IAsyncDisposable
{
    public const string SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly ServiceProvider _services;
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"sinks-{Guid.NewGuid():N}.json");

    public SinkHost(string sinks, IReadOnlyDictionary<string, string?>? settings = null, Func<string, IPAddress[]>? resolve = null)
    {
        File.WriteAllText(_file, sinks);
        var all = new Dictionary<string, string?>
        {
            ["Escalations:SinksFile"] = _file,
            ["Escalations:AllowedHosts"] = "127.0.0.1; sinks.test",
            ["Escalations:Secrets:signing"] = SigningSecret,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        if (resolve is not null)
        {
            services.AddSingleton<HostResolver>(new FixedResolver(resolve));
        }

        _services = services.AddNotifications(configuration).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public FakeTimeProvider Time { get; } = new(SampleMessages.At);

    public SinkCatalog Sinks => _services.GetRequiredService<SinkCatalog>();

    public static SinkHost Webhook(Uri address, IReadOnlyDictionary<string, string?>? settings = null, Func<string, IPAddress[]>? resolve = null) => new(
        $$"""{ "sinks": [ { "name": "hook", "type": "webhook", "url": "{{address}}", "signingSecret": "signing" } ] }""", settings, resolve);

    public Task<SinkResult> SendAsync(CancellationToken cancellationToken = default) => Sinks.All[0].SendAsync(SampleMessages.Raised, cancellationToken);

    public NotificationOptions Options => _services.GetRequiredService<Microsoft.Extensions.Options.IOptions<NotificationOptions>>().Value;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        File.Delete(_file);
    }

    private sealed class FixedResolver(Func<string, IPAddress[]> resolve) : HostResolver
    {
        public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Task.FromResult(resolve(host));
    }
}
