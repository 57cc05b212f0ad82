using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using OpsFunctions.Composition;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Sinks;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Configuration;
using OpsManager.Testing;

namespace OpsFunctions.Tests.Infrastructure;

/// <summary>What the templates write, the app reads: a setting with a name that nobody reads is no error anywhere.</summary>
public sealed partial class AppSettingsTests
{
    private static readonly string Main = Read("main.bicep");
    private static readonly string App = Read("modules", "function-app.bicep");

    // The sections, and what may stand in them.
    private static readonly Dictionary<string, Type> Sections = new(StringComparer.Ordinal)
    {
        [ApiOptions.Section] = typeof(ApiOptions),
        [PollingOptions.Section] = typeof(PollingOptions),
        [WatchdogOptions.Section] = typeof(WatchdogOptions),
        [PolicyOptions.Section] = typeof(PolicyOptions),
        [RetentionOptions.Section] = typeof(RetentionOptions),
        [StorageOptions.Section] = typeof(StorageOptions),
        [AdapterClientOptions.Section] = typeof(AdapterClientOptions),
        [NotificationOptions.Section] = typeof(NotificationOptions),
    };

    // Secrets by names of the operator's own.
    private static readonly string[] Maps = [$"{AdapterClientOptions.Section}:Tokens", SinkSecrets.Section];

    // A connection by identity, as the Functions host and the storage of runs read it.
    private static readonly string[] ConnectionParts = ["credential", "clientId", "blobServiceUri", "queueServiceUri", "tableServiceUri"];

    // Read by the Functions host and the exporter.
    private static readonly string[] OfOthers = ["APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AzureWebJobsDisableHomepage"];

    private static string[] Referred =>
    [
        .. typeof(OpsFunctionsComposition).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<TimerTriggerAttribute>()?.Schedule)
            .OfType<string>()
            .Append(File.ReadAllText(RepositoryRoot.Combine("host.json")))
            .SelectMany(text => Reference().Matches(text))
            .Select(match => match.Groups["name"].Value),
    ];

    private static string[] Written => [.. Names(App).Concat(Names(Main)).Concat(ParameterFiles().SelectMany(Names)).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void Every_setting_that_is_written_is_one_that_is_read()
    {
        string[] plain = [.. OfOthers, .. Referred];

        Assert.True(Written.Length > 15, "The templates write fewer settings than expected; the test may not see them any more.");
        Assert.All(Written, name => Assert.True(IsRead(name, plain), $"{name} is read by nothing."));
    }

    [Fact]
    public void Every_setting_that_a_trigger_or_the_host_refers_to_is_written()
    {
        Assert.True(Referred.Length >= OpsFunctionsComposition.DefaultSettings.Count + 1);
        Assert.All(Referred, name => Assert.Matches($"(?m)^  {name}: ", App));
    }

    [Fact]
    public void Schedules_have_the_defaults_of_the_app()
    {
        Assert.All(OpsFunctionsComposition.DefaultSettings, setting =>
        {
            var parameter = Regex.Match(App, $"(?m)^  {setting.Key}: (?<name>[a-zA-Z]+)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["name"].Value;

            Assert.Contains($"\nparam {parameter} string = '{setting.Value}'\n", Main, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_secret_of_a_sink_is_found_under_the_name_that_the_template_gives_it()
    {
        var prefix = Assert.Single(Names(Main), name => name.Contains("Secrets", StringComparison.Ordinal));
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(Path(prefix + "ops_channel_url"), "https://hooks.slack.com/services/x")]).Build();

        Assert.Equal("https://hooks.slack.com/services/x", new SinkSecrets(settings).Find("ops_channel_url"));
    }

    [Fact]
    public void Hosts_of_sinks_are_written_as_the_app_reads_them()
    {
        var written = Regex.Match(App, @"Escalations__AllowedHosts: join\(sinkHosts, '(?<separator>.)'\)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Assert.Equal(["a.example.org", "*.example.net"], new NotificationOptions { AllowedHosts = $"a.example.org{written.Groups["separator"].Value}*.example.net" }.Hosts());
    }

    [Theory]
    [InlineData("main.bicepparam")]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    public void Ticks_of_the_watchdog_count_as_on_time(string file)
    {
        var parameters = Read(file);
        var schedule = Schedule().Match(parameters) is { Success: true } own ? own.Groups["schedule"].Value : WatchdogOptions.DefaultSchedule;
        var tolerance = Tolerance().Match(parameters) is { Success: true } set
            ? TimeSpan.Parse(set.Groups["time"].Value, CultureInfo.InvariantCulture)
            : new WatchdogOptions().TickTolerance;
        var minutes = Minutes().Match(schedule);

        Assert.True(minutes.Success, $"{schedule}: the test reads schedules of every minute and of every few minutes.");
        Assert.True(tolerance > TimeSpan.FromMinutes(minutes.Groups["number"] is { Success: true } number ? int.Parse(number.Value, CultureInfo.InvariantCulture) : 1));
    }

    private static bool IsRead(string name, string[] plain)
    {
        var parts = Path(name).Split(':', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 1 ? plain.Contains(name)
            : parts[0] == new StorageOptions().Connection ? parts.Length == 2 && ConnectionParts.Contains(parts[1])
            : Maps.Contains($"{parts[0]}:{parts[1]}") || (Sections.TryGetValue(parts[0], out var options) && options.GetProperty(parts[1])?.SetMethod?.IsPublic == true);
    }

    // As the environment is read.
    private static string Path(string setting) => setting.Replace("__", ":", StringComparison.Ordinal);

    private static IEnumerable<string> Names(string template) => Name().Matches(template).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> ParameterFiles() => Directory.EnumerateFiles(RepositoryRoot.Combine("infra"), "*.bicepparam").Select(File.ReadAllText);

    private static string Read(params string[] path) => File.ReadAllText(RepositoryRoot.Combine(["infra", .. path]));

    // With a level in it, wherever it stands; without one, as a member of an object.
    [GeneratedRegex("(?<name>[A-Za-z]+__[A-Za-z_]*)|^ +(?<name>[A-Z]{2,}[A-Z_]+|AzureWebJobs[A-Za-z]+): ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("%(?<name>[A-Z_]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("^param watchdogSchedule = '(?<schedule>[^']+)'", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Schedule();

    [GeneratedRegex("Watchdog__TickTolerance: '(?<time>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tolerance();

    [GeneratedRegex(@"^\d+ \*(/(?<number>\d+))? \* \* \* \*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Minutes();
}
