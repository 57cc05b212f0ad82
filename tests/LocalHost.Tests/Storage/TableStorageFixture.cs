using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Azure.Data.Tables;

namespace LocalHost.Tests.Storage;

/// <summary>The storage named by <c>OPS_TEST_STORAGE</c>, or an Azurite of its own.</summary>
public sealed class TableStorageFixture : IAsyncLifetime
{
    private const string AccountName = "devstoreaccount1";

    // Azurite's published development key.
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static int _hubs;
    private Process? _azurite;

    public string ConnectionString { get; private set; } = string.Empty;

    public TableServiceClient Service { get; private set; } = null!;

    public static string NewHub() => $"T{Environment.ProcessId}x{Interlocked.Increment(ref _hubs)}";

    public async Task InitializeAsync()
    {
        ConnectionString = Environment.GetEnvironmentVariable("OPS_TEST_STORAGE") is { Length: > 0 } configured
            ? configured
            : await StartAzuriteAsync();
        Service = new TableServiceClient(ConnectionString);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await Service.GetPropertiesAsync(patience.Token);
                return;
            }
            catch (Exception exception) when (exception is Azure.RequestFailedException or AggregateException && !patience.IsCancellationRequested && _azurite?.HasExited != true)
            {
                // Not listening yet.
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_azurite is null)
        {
            return;
        }

        _azurite.Kill(entireProcessTree: true);
        await _azurite.WaitForExitAsync();
        _azurite.Dispose();
    }

    private Task<string> StartAzuriteAsync()
    {
        string root = Path.GetFullPath(typeof(TableStorageFixture).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "RepositoryRoot").Value!);
        string script = Path.Combine(root, "infra", "local", "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script))
        {
            throw new FileNotFoundException("Azurite is not installed. Run 'npm ci' in infra/local, or set OPS_TEST_STORAGE.", script);
        }

        int[] ports = FreePorts(3);
        string[] arguments =
        [
            script, "--inMemoryPersistence", "--skipApiVersionCheck", "--silent",
            "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}",
        ];
        _azurite = Process.Start(new ProcessStartInfo("node", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _azurite.BeginOutputReadLine();
        _azurite.BeginErrorReadLine();
        return Task.FromResult(
            $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};TableEndpoint=http://127.0.0.1:{ports[2]}/{AccountName};");
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
