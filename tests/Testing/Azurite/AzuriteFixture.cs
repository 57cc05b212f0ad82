using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace OpsManager.Testing.Azurite;

/// <summary>
/// Storage for tests: the account named by the environment variable <see cref="ConnectionVariable"/>, else an Azurite of its own that
/// keeps everything in memory. Several tests may share one; they keep apart by table name prefixes.
/// </summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    /// <summary>Environment variable with the connection string of an account to use instead of Azurite.</summary>
    public const string ConnectionVariable = "OPS_TEST_STORAGE";

    /// <summary>
    /// Azurite ends when its standard input does, so that a test process that is killed leaves no emulator behind. The first argument
    /// is Azurite's own script.
    /// </summary>
    private const string Launcher =
        "process.stdin.resume(); process.stdin.on('end', () => process.exit(0)); " +
        "process.argv.splice(1, 0, 'azurite'); require(process.argv.splice(2, 1)[0]);";

    // Azurite's published development account: no secret.
    private const string AccountName = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly Lock SharedGate = new();

    private static Task<AzuriteFixture>? _shared;

    private readonly Process? _process;

    private AzuriteFixture(string connectionString, Process? process)
    {
        ConnectionString = connectionString;
        _process = process;
    }

    /// <summary>How the storage is reached: blobs, queues and tables.</summary>
    public string ConnectionString { get; }

    /// <summary>The one of this test process, started by the first who asks. It ends with the process; do not dispose it.</summary>
    public static Task<AzuriteFixture> SharedAsync()
    {
        lock (SharedGate)
        {
            return _shared ??= StartAsync(CancellationToken.None);
        }
    }

    /// <summary>Starts one that is the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">Node or Azurite is missing, or Azurite ended or was not ready within a minute; the message says what to do.</exception>
    public static async Task<AzuriteFixture> StartAsync(CancellationToken cancellationToken)
    {
        var given = Environment.GetEnvironmentVariable(ConnectionVariable);
        if (!string.IsNullOrWhiteSpace(given))
        {
            return new AzuriteFixture(given, null);
        }

        var script = Path.Combine(RepositoryRoot(), "infra", "local", "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script))
        {
            throw new InvalidOperationException(
                $"Azurite is not installed: \"{script}\" is missing. Run ./ops build, or npm ci in infra/local, or name an account in {ConnectionVariable}.");
        }

        var process = Launch(script);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartLimit);
            return new AzuriteFixture(await ReadEndpointsAsync(process, limit.Token), process);
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await EndAsync(_process);
        }
    }

    private static Process Launch(string script)
    {
        // Port 0 lets Azurite choose, which leaves no moment for somebody else to take a port that was found free.
        string[] arguments =
        [
            "-e", Launcher, "--", script,
            "--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--loose", "--disableTelemetry",
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ];
        var start = new ProcessStartInfo("node", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("node was not started.");
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"Azurite needs Node.js: node could not be started ({error.Message}).", error);
        }
    }

    /// <summary>Reads Azurite's output until it has announced all three services, then lets the rest of the output run to nowhere.</summary>
    private static async Task<string> ReadEndpointsAsync(Process process, CancellationToken cancellationToken)
    {
        const string Announcement = "service is successfully listening at ";
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();

        var endpoints = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            while (endpoints.Count < 3)
            {
                var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
                if (line is null)
                {
                    await process.WaitForExitAsync(cancellationToken);
                    throw new InvalidOperationException($"Azurite ended with code {process.ExitCode} before it was ready:\n{Text()}");
                }

                var at = line.IndexOf(Announcement, StringComparison.Ordinal);
                if (at >= 0)
                {
                    var service = line.Split(' ', 3)[1];
                    endpoints[service] = $"{line[(at + Announcement.Length)..].Trim().TrimEnd('/')}/{AccountName}";
                }
            }
        }
        catch (OperationCanceledException error)
        {
            throw new InvalidOperationException(
                $"Azurite was not ready in time; it announced {(endpoints.Count == 0 ? "nothing" : string.Join(", ", endpoints.Keys))}.\n{Text()}", error);
        }

        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};" +
            $"BlobEndpoint={endpoints["Blob"]};QueueEndpoint={endpoints["Queue"]};TableEndpoint={endpoints["Table"]};";

        string Text()
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    private static async Task EndAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It had ended by itself.
        }

        process.Dispose();
    }

    private static string RepositoryRoot() =>
        typeof(AzuriteFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == "RepositoryRoot")?.Value
        ?? throw new InvalidOperationException("The test support assembly does not say where the repository is.");
}
