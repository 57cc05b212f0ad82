using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpsManager.Testing;

namespace SuperloopAdapter.Tests;

/// <summary>The installation inside a sprite, with a stand-in for the sprite's interface that starts what is registered.</summary>
public sealed class InstallTests : IDisposable
{
    private const string Token = "a-token-of-sixteen-or-more";

    private readonly TempRepository repository = TempRepository.Of("clean-completion/03-iter2-implementer");
    private readonly TempRepository home = new();
    private readonly List<Process> services = [];
    private readonly List<string> registered = [];
    private int launches;
    private string superloop;

    public InstallTests()
    {
        superloop = Path.Combine(home.Path, "superloop.sh");
        File.WriteAllText(superloop, "exit 1\n");
    }

    [InstallFact]
    public async Task The_installed_service_answers_keeps_its_secrets_and_is_replaced_when_it_is_installed_again()
    {
        await using var sprite = await SpriteAsync();
        var port = FreePort();
        for (var round = 1; round <= 2; round++)
        {
            var (code, output) = await InstallAsync(Token + "\nthe-key\n", [.. Adapter(), "--port", port]);
            Assert.True(code == 0, output);
            Assert.Contains($"answers on port {port}", output, StringComparison.Ordinal);

            // The one of before was left running and is so no more, though nothing in its definition has changed. The first is started when it is
            // put there, and once more.
            Assert.Equal(round + 1, launches);
            Assert.Single(services, static s => !s.HasExited);
        }

        // The same arguments give the same state, and nobody who may list services reads a secret.
        Assert.Equal(2, registered.Count);
        Assert.Equal(registered[0], registered[1]);
        Assert.DoesNotContain(Token, registered[0], StringComparison.Ordinal);
        Assert.DoesNotContain("the-key", registered[0], StringComparison.Ordinal);
        using var definition = JsonDocument.Parse(registered[0]);
        Assert.Equal(int.Parse(port, CultureInfo.InvariantCulture), definition.RootElement.GetProperty("http_port").GetInt32());
        using var mode = RealProcess.Start("stat", null, "-c", "%a", Path.Combine(home.Path, "secrets"));
        Assert.Equal("600", (await mode.Process.StandardOutput.ReadToEndAsync()).Trim());
    }

    [InstallFact]
    public async Task A_service_that_was_stopped_is_started()
    {
        await using var sprite = await SpriteAsync();
        string[] arguments = [.. Adapter(), "--port", FreePort()];
        Assert.Equal(0, (await InstallAsync(Token, arguments)).Code);
        Stop();
        var (code, output) = await InstallAsync(Token, arguments);
        Assert.True(code == 0, output);
    }

    [InstallFact]
    public async Task What_answers_and_is_not_what_was_installed_is_no_success()
    {
        await using var sprite = await SpriteAsync();
        string[] port = ["--port", FreePort()];
        Assert.Equal(0, (await InstallAsync(Token, [.. Adapter(), .. port])).Code);

        // It says that it is another build than the one that answers then, as when the old program went on.
        var odd = $"#!/usr/bin/env bash\n[ \"$1\" != version ] || {{ echo '{{\"ok\":true,\"build\":\"another\"}}'; exit; }}\nexec dotnet '{RealProcess.AdapterPath}' \"$@\"\n";
        var (code, output) = await InstallAsync(Token, [.. Adapter(odd), .. port]);
        Assert.Equal(1, code);
        Assert.Contains("another process than the one installed", output, StringComparison.Ordinal);
    }

    [InstallFact]
    public async Task What_cannot_be_installed_is_refused_before_anything_is_changed()
    {
        await using var sprite = await SpriteAsync();
        Assert.Equal(2, (await InstallAsync(Token, [])).Code);
        Assert.Equal(2, (await InstallAsync(Token, [.. Adapter(), "--source", RepositoryRoot.Path])).Code);
        Assert.Contains("16 characters", (await InstallAsync("short", Adapter())).Output, StringComparison.Ordinal);
        Assert.Contains("no port", (await InstallAsync(Token, [.. Adapter(), "--port", "80; reboot"])).Output, StringComparison.Ordinal);
        Assert.Contains("no executable", (await InstallAsync(Token, ["--adapter", home.Path])).Output, StringComparison.Ordinal);
        Assert.Contains("does not run here", (await InstallAsync(Token, Adapter("#!/no/such/runtime\n"))).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(home.Path, "secrets")));
    }

    [InstallFact]
    public async Task The_runtime_is_registered_under_the_name_by_which_its_processes_are_known()
    {
        await using var sprite = await SpriteAsync();
        var script = superloop;
        var elsewhere = Directory.CreateDirectory(Path.Combine(home.Path, "elsewhere")).FullName;
        var other = Path.Combine(elsewhere, "runtime-0.6");
        await File.WriteAllTextAsync(other, "exit 1\n");
        foreach (var (link, target, kept) in new[]
        {
            (Path.Combine(elsewhere, "superloop"), script, script),
            (Path.Combine(elsewhere, "superloop.sh"), other, Path.Combine(elsewhere, "superloop.sh")),
        })
        {
            File.CreateSymbolicLink(link, target);
            superloop = link;
            var (code, output) = await InstallAsync(Token, [.. Adapter(), "--port", FreePort()]);
            Assert.True(code == 0, output);
            using var definition = JsonDocument.Parse(registered[^1]);
            Assert.Equal(kept, definition.RootElement.GetProperty("args")[2].GetString());
            Stop();
        }

        superloop = other;
        Assert.Contains("of the name superloop.sh", (await InstallAsync(Token, Adapter())).Output, StringComparison.Ordinal);
        Assert.Equal(2, registered.Count);
    }

    public void Dispose()
    {
        Stop();
        repository.Dispose();
        home.Dispose();
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private void Stop()
    {
        foreach (var service in services)
        {
            service.Kill(entireProcessTree: true);
            service.WaitForExit();
            service.Dispose();
        }

        services.Clear();
    }

    /// <summary>A folder as it is published: with an executable in it.</summary>
    private string[] Adapter(string? executable = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Path, "published")).FullName;
        var program = Path.Combine(folder, "superloop-adapter");
        File.WriteAllText(program, executable ?? $"#!/usr/bin/env bash\nexec dotnet '{RealProcess.AdapterPath}' \"$@\"\n");
        using var chmod = Process.Start("chmod", ["+x", program]);
        chmod.WaitForExit();
        return ["--adapter", folder];
    }

    /// <summary>As it is described: a definition that is put again changes nothing; what is stopped can be started, what runs restarted.</summary>
    private async Task<WebApplication> SpriteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Path.Combine(home.Path, "sprite.sock")));
        var app = builder.Build();
        app.Run(async context =>
        {
            var running = services.Exists(static s => !s.HasExited);
            switch (context.Request.Method, context.Request.Path.Value)
            {
                case ("PUT", "/v1/services/superloop-adapter"):
                    using (var body = await JsonDocument.ParseAsync(context.Request.Body))
                    {
                        var isKnown = registered.Count > 0 && registered[^1] == body.RootElement.GetRawText();
                        registered.Add(body.RootElement.GetRawText());
                        if (!isKnown)
                        {
                            Stop();
                            Start();
                        }
                    }

                    break;
                case ("POST", "/v1/services/superloop-adapter/restart") when running:
                    Stop();
                    Start();
                    break;
                case ("POST", "/v1/services/superloop-adapter/start") when !running:
                    Start();
                    break;
                default:
                    context.Response.StatusCode = 409;
                    return;
            }

            await context.Response.WriteAsync("{\"type\":\"complete\"}\n");
        });
        await app.StartAsync();
        return app;
    }

    private void Start()
    {
        using var definition = JsonDocument.Parse(registered[^1]);
        var service = Process.Start(new ProcessStartInfo(
            definition.RootElement.GetProperty("cmd").GetString()!, definition.RootElement.GetProperty("args").EnumerateArray().Select(static a => a.GetString()!))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        // Nobody reads what it says; a full pipe would hold it up.
        service.OutputDataReceived += static (_, _) => { };
        service.ErrorDataReceived += static (_, _) => { };
        service.BeginOutputReadLine();
        service.BeginErrorReadLine();
        services.Add(service);
        launches++;
    }

    private async Task<(int Code, string Output)> InstallAsync(string input, string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["SPRITE_API_SOCKET"] = Path.Combine(home.Path, "sprite.sock"),
            ["SUPERLOOP_ADAPTER_HOME"] = home.Path,
            ["SUPERLOOP_INSTALL_TRIES"] = "150",
        };
        using var install = RealProcess.Start(
            "bash", environment, [RepositoryRoot.Combine("infra", "sprite", "install.sh"), "--repo", repository.Path, "--superloop", superloop, .. arguments]);
        try
        {
            await install.Process.StandardInput.WriteAsync(input);
            install.Process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It refused before it read anything, and may be gone already; what it said is what is judged.
        }

        var output = install.Process.StandardOutput.ReadToEndAsync();
        var errors = await install.Process.StandardError.ReadToEndAsync();
        await install.Process.WaitForExitAsync();
        return (install.Process.ExitCode, await output + errors);
    }

    /// <summary>A test that needs what the script needs.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class InstallFactAttribute : FactAttribute
    {
        public InstallFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
            if (Array.Find(["jq", "curl"], tool => !Array.Exists(folders, folder => File.Exists(Path.Combine(folder, tool)))) is { } missing)
            {
                Skip = $"install.sh needs {missing}, which is not here.";
            }
        }
    }
}
