using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace SuperloopAdapter.Tests;

/// <summary>Where the service listens is said on its command line and nowhere else.</summary>
public sealed class ServedSettingsTests
{
    [Theory]
    [InlineData("file")]
    [InlineData("torn file")]
    [InlineData("environment")]
    public async Task What_lies_in_the_folder_or_the_environment_it_is_started_in_opens_no_other_port(string from)
    {
        using var repository = new TempRepository();
        var port = FreePort();
        var further = $"http://127.0.0.1:{port}";
        var settings = "{\"urls\":\"URL\",\"preferHostingUrls\":true,\"Kestrel\":{\"Endpoints\":{\"Further\":{\"Url\":\"URL\"}}}}".Replace("URL", further, StringComparison.Ordinal);
        if (from != "environment")
        {
            await File.WriteAllTextAsync(Path.Combine(repository.Path, "appsettings.json"), from == "file" ? settings : settings[..^1]);
        }

        Dictionary<string, string> environment = new() { ["SUPERLOOP_OPS_TOKEN"] = AdapterHost.Token };
        if (from == "environment")
        {
            environment["ASPNETCORE_URLS"] = environment["DOTNET_URLS"] = environment["URLS"] = further;
            environment["ASPNETCORE_PREFERHOSTINGURLS"] = environment["PREFERHOSTINGURLS"] = "true";
            environment["Kestrel__Endpoints__Further__Url"] = environment["ASPNETCORE_Kestrel__Endpoints__Further__Url"] = further;
        }

        using var service = RealProcess.Start(
            "env", environment, "-C", repository.Path, "dotnet", RealProcess.AdapterPath, "serve", "--repo", repository.Path, "--listen", "127.0.0.1:0");
        var said = await service.Process.StandardOutput.ReadLineAsync();
        Assert.NotNull(said);
        var address = new Uri(JsonDocument.Parse(said).RootElement.GetProperty("listening").GetString()!);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Ops-Token", AdapterHost.Token);
        using var response = await client.GetAsync(new Uri(address, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(port, address.Port);
        using var other = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => other.ConnectAsync(IPAddress.Loopback, port));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
