using OpsManager.Testing.Azurite;

namespace EndToEnd.Tests.Hosting;

/// <summary>
/// The manager the tests talk to: the one at <c>OPS_BASE_URL</c> (with <c>OPS_KEY</c>, <c>OPS_MASTER_KEY</c>; it must allow adapters on 127.0.0.1 and know the
/// token named <c>e2e</c> as <see cref="AdapterUnderTest.Token"/>), or else a LocalHost started here on storage in memory.
/// </summary>
public sealed class ManagerUnderTest : IAsyncLifetime
{
    private readonly Dictionary<string, string> _environment = [];
    private ProgramUnderTest? _program;

    /// <summary>Settings added to the LocalHost started here.</summary>
    internal IDictionary<string, string> Settings => _environment;

    internal bool IsExternal { get; } = Environment.GetEnvironmentVariable("OPS_BASE_URL") is { Length: > 0 };

    internal OpsClient Client { get; private set; } = null!;

    internal Uri BaseAddress { get; private set; } = null!;

    internal string Key { get; private set; } = "e2e-host-key";

    internal string MasterKey { get; private set; } = "e2e-master-key";

    internal string RecentOutput => _program?.RecentOutput ?? "(external host)";

    public async Task InitializeAsync()
    {
        if (IsExternal)
        {
            BaseAddress = new Uri(Environment.GetEnvironmentVariable("OPS_BASE_URL")!);
            Key = Environment.GetEnvironmentVariable("OPS_KEY") ?? throw new InvalidOperationException("OPS_BASE_URL is set, OPS_KEY is not.");
            MasterKey = Environment.GetEnvironmentVariable("OPS_MASTER_KEY") ?? string.Empty;
        }
        else
        {
            var storage = await AzuriteFixture.SharedAsync();
            BaseAddress = new Uri($"http://127.0.0.1:{ProgramUnderTest.FreePort()}");
            var hub = "E2E" + Guid.NewGuid().ToString("N")[..12];
            foreach (var (key, value) in new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = BaseAddress.ToString(),
                ["AzureWebJobsStorage"] = storage.ConnectionString,
                ["TASK_HUB_NAME"] = hub,
                ["Storage__TablePrefix"] = hub,
                ["Keys__Host"] = Key,
                ["Keys__Master"] = MasterKey,
                ["Adapter__AllowedHosts__0"] = "127.0.0.1",
                ["Adapter__RequestTimeout"] = "00:00:02",
                ["Adapter__Tokens__e2e"] = AdapterUnderTest.Token,
                ["WATCHDOG_SCHEDULE"] = "*/2 * * * * *",
                ["NOTIFICATIONS_SCHEDULE"] = "*/2 * * * * *",
                ["Watchdog__LookAfter"] = "00:00:00",
            })
            {
                _environment.TryAdd(key, value);
            }

            await StartAsync();
        }

        Client = new OpsClient(BaseAddress, Key);
    }

    public Task DisposeAsync()
    {
        Client?.Dispose();
        _program?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Ends the manager as a power failure would.</summary>
    internal void Kill() => _program!.Kill();

    internal async Task StartAsync()
    {
        _program?.Dispose();
        _program = ProgramUnderTest.Start("LocalHost", "LocalHost", [], _environment);
        await _program.AwaitAnswerAsync(BaseAddress);
    }
}
