using LocalHost.Durable.Engine;
using LocalHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Tests.Hosting;

public sealed class HostJsonTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("localhost-tests-").FullName;

    [Fact]
    public void Settings_are_read_and_references_resolved()
    {
        HostJson host = Read(
            """
            {
              "functionTimeout": "00:10:00",
              "extensions": {
                "http": { "routePrefix": "/v1/" },
                "durableTask": {
                  "hubName": "%HUB%",
                  "maxConcurrentActivityFunctions": 3,
                  "maxConcurrentOrchestratorFunctions": 4,
                  "overridableExistingInstanceStates": "anyState",
                  "storageProvider": { "connectionName": "Other" }
                }
              }
            }
            """,
            ("HUB", "MyHub"));

        Assert.Equal("v1", host.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(10), host.FunctionTimeout);
        Assert.Equal("MyHub", host.HubName);
        Assert.Equal(3, host.MaxConcurrentActivities);
        Assert.Equal(4, host.MaxConcurrentOrchestrators);
        Assert.Equal(OverridableStates.AnyState, host.OverridableStates);
        Assert.Equal("Other", host.ConnectionName);
    }

    [Fact]
    public void Log_levels_are_settings_and_requests_are_not_logged_by_default()
    {
        Read("""{ "logging": { "logLevel": { "default": "Warning", "Host.Results": "Error" } } }""");

        IReadOnlyDictionary<string, string?> levels = HostJson.ReadLogLevels(Path.Combine(_folder, "host.json"));

        Assert.Equal("Warning", levels["Logging:LogLevel:Default"]);
        Assert.Equal("Error", levels["Logging:LogLevel:Host.Results"]);
        Assert.Equal("Warning", levels["Logging:LogLevel:Microsoft.AspNetCore"]);
    }

    [Fact]
    public void Defaults_are_the_real_host_s()
    {
        HostJson host = Read("{}");

        Assert.Equal("api", host.RoutePrefix);
        Assert.Equal("TestHubName", host.HubName);
        Assert.Equal("AzureWebJobsStorage", host.ConnectionName);
        Assert.Equal(OverridableStates.NonRunningStates, host.OverridableStates);
    }

    [Fact]
    public void A_reference_to_a_setting_that_is_not_set_is_named()
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => Read("""{ "extensions": { "durableTask": { "hubName": "%HUB%" } } }"""));

        Assert.Contains("'HUB'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("a-b-c")]
    public void A_hub_name_that_no_table_can_have_is_refused(string hub)
    {
        Assert.Throws<InvalidOperationException>(() => Read("""{ "extensions": { "durableTask": { "hubName": "%HUB%" } } }""", ("HUB", hub)));
    }

    [Fact]
    public void The_repository_s_host_json_is_understood()
    {
        string root = typeof(HostJsonTests).Assembly
            .GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), inherit: false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

        HostJson host = HostJson.Read(Path.Combine(root, "host.json"), Configuration(("TASK_HUB_NAME", "OpsHub")));

        Assert.Equal("OpsHub", host.HubName);
        Assert.Equal("AzureWebJobsStorage", host.ConnectionName);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IConfiguration Configuration(params (string Name, string Value)[] settings)
        => new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)).Build();

    private HostJson Read(string json, params (string Name, string Value)[] settings)
    {
        string path = Path.Combine(_folder, "host.json");
        File.WriteAllText(path, json);
        return HostJson.Read(path, Configuration(settings));
    }
}
