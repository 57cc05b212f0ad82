using System.Text.Json;
using System.Text.RegularExpressions;
using OpsFunctions.Composition;
using OpsManager.Testing;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>host.json: the host ignores what it does not know, or finds in the wrong place, without a word.</summary>
public sealed partial class HostSettingsTests
{
    // Every setting of the host, the HTTP extension and the Durable extension 3.18, by its path.
    private static readonly HashSet<string> Known = Paths(
        """
        version functionTimeout telemetryMode
        logging.fileLoggingMode logging.console.isEnabled logging.logLevel.*
        extensions.http: customHeaders dynamicThrottlesEnabled hsts.isEnabled maxConcurrentRequests maxOutstandingRequests routePrefix
        extensions.durableTask: hubName defaultVersion versionMatchStrategy versionFailureStrategy
          maxConcurrentActivityFunctions maxConcurrentOrchestratorFunctions maxConcurrentEntityFunctions
          extendedSessionsEnabled extendedSessionIdleTimeoutInSeconds maxOrchestrationActions overridableExistingInstanceStates
          storeInputsInOrchestrationHistory throwStatusExceptionsOnRaiseEvent maxGrpcMessageSizeInBytes grpcHttpClientTimeout
          useAppLease appLeaseOptions.renewInterval appLeaseOptions.acquireInterval appLeaseOptions.leaseInterval useGracefulShutdown
        extensions.durableTask.storageProvider: type connectionName partitionCount controlQueueBatchSize controlQueueBufferThreshold
          controlQueueVisibilityTimeout workItemQueueVisibilityTimeout maxQueuePollingInterval useTablePartitionManagement
          useLegacyPartitionManagement partitionTableOperationTimeout fetchLargeMessagesAutomatically trackingStoreConnectionName
          trackingStoreNamePrefix queueClientMessageEncoding useInstanceTableEtag
        extensions.durableTask.tracing: distributedTracingEnabled version traceInputsAndOutputs traceReplayEvents
        extensions.durableTask.httpSettings: defaultAsyncRequestSleepTimeMilliseconds useForwardedHost
        """);

    private static string[] Settings => [.. Leaves(JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("host.json"))).RootElement, string.Empty)];

    [Fact]
    public void Every_setting_is_one_the_host_knows_at_its_place() =>
        Assert.All(Settings, setting => Assert.Contains(setting.StartsWith("logging.logLevel.", StringComparison.Ordinal) ? "logging.logLevel.*" : setting, Known));

    [Theory]
    [InlineData("extensions.durableTask.hubName")]
    [InlineData("extensions.durableTask.maxConcurrentActivityFunctions")]
    [InlineData("extensions.durableTask.maxConcurrentOrchestratorFunctions")]
    [InlineData("extensions.durableTask.extendedSessionsEnabled")]
    [InlineData("extensions.durableTask.useGracefulShutdown")]
    [InlineData("extensions.durableTask.storageProvider.partitionCount")]
    [InlineData("extensions.durableTask.storageProvider.maxQueuePollingInterval")]
    [InlineData("extensions.durableTask.storageProvider.controlQueueVisibilityTimeout")]
    [InlineData("extensions.durableTask.storageProvider.workItemQueueVisibilityTimeout")]
    [InlineData("extensions.durableTask.tracing.distributedTracingEnabled")]
    [InlineData("extensions.http.maxConcurrentRequests")]
    [InlineData("functionTimeout")]
    [InlineData("telemetryMode")]
    [InlineData("logging.logLevel.default")]
    public void What_the_plan_would_choose_by_itself_is_explicit(string setting) => Assert.Contains(setting, Settings);

    [Fact]
    public void The_documentation_explains_every_setting_and_no_other()
    {
        var explained = Rows().Matches(File.ReadAllText(RepositoryRoot.Combine("docs", "host-settings.md"))).Select(row => row.Groups["name"].Value).ToArray();

        Assert.Equal(Settings.Order(StringComparer.Ordinal), explained.Where(name => Known.Contains(name) || name.StartsWith("logging.logLevel.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_documentation_shows_the_values_in_force()
    {
        var root = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("host.json"))).RootElement;
        var rows = Rows().Matches(File.ReadAllText(RepositoryRoot.Combine("docs", "host-settings.md")))
            .ToDictionary(row => row.Groups["name"].Value, row => row.Groups["value"].Value, StringComparer.Ordinal);

        Assert.All(Settings, setting => Assert.Equal(ValueOf(root, setting), rows[setting]));
    }

    [Fact]
    public void The_sample_of_local_settings_has_every_app_setting_that_the_app_refers_to()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("local.settings.sample.json")));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        var required = References().Matches(File.ReadAllText(RepositoryRoot.Combine("host.json"))).Select(reference => reference.Groups["name"].Value)
            .Concat(OpsFunctionsComposition.DefaultSettings.Keys)
            .Append("FUNCTIONS_WORKER_RUNTIME")
            .Append(ValueOf(JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("host.json"))).RootElement, "extensions.durableTask.storageProvider.connectionName"))
            .ToArray();

        Assert.All(required, name => Assert.Contains(name, values));
        Assert.Contains(values, name => name.StartsWith("Adapter__AllowedHosts", StringComparison.Ordinal));
        Assert.All(values.Where(name => name.StartsWith("Adapter__Tokens__", StringComparison.Ordinal)), name => Assert.Empty(sample.RootElement.GetProperty("Values").GetProperty(name).GetString()!));
    }

    private static IEnumerable<string> Leaves(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(member => Leaves(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}"))
        : [path];

    private static string ValueOf(JsonElement root, string setting)
    {
        // Names of log categories have dots of their own.
        const string levels = "logging.logLevel.";
        var element = setting.StartsWith(levels, StringComparison.Ordinal)
            ? root.GetProperty("logging").GetProperty("logLevel").GetProperty(setting[levels.Length..])
            : setting.Split('.').Aggregate(root, (parent, name) => parent.GetProperty(name));
        return element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
    }

    private static HashSet<string> Paths(string text)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var prefix = string.Empty;
        foreach (var word in text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[^1] == ':')
            {
                prefix = word[..^1] + ".";
            }
            else
            {
                paths.Add(prefix + word);
            }
        }

        return paths;
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| `(?<value>[^`]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex References();
}
