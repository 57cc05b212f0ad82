using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using NJsonSchema;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Sinks;
using OpsManager.Notifications.Tests.Support;
using OpsManager.Testing;

namespace OpsManager.Notifications.Tests.Configuration;

public sealed class ConfigurationTests
{
    private static readonly string Sample = RepositoryRoot.Combine("infra", "escalation-sinks.sample.json");
    private static readonly string Schema = RepositoryRoot.Combine("infra", "escalation-sinks.schema.json");

    [Fact]
    public void The_sample_is_valid_and_has_every_kind_of_sink()
    {
        var (configuration, errors) = ConfigurationReader.Read(File.ReadAllBytes(Sample));

        Assert.Empty(errors);
        Assert.Equal(Enum.GetValues<SinkType>(), configuration!.Sinks.Select(sink => sink.Type).Order());
        Assert.NotEmpty(configuration.Routes);
        Assert.NotEmpty(configuration.Defaults.Sinks);
    }

    [Fact]
    public async Task The_schema_accepts_the_sample_and_refuses_what_the_reader_refuses()
    {
        var schema = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(Schema));

        Assert.Empty(schema.Validate(await File.ReadAllTextAsync(Sample)));
        Assert.NotEmpty(schema.Validate("""{ "sinks": [ { "name": "a", "type": "slack", "url": "https://hooks.slack.com/x" } ] }"""));
        Assert.NotEmpty(schema.Validate("""{ "sink": [] }"""));
        Assert.All(
            ["ops-channel-url", "ops.channel", "ops__channel", "_ops", "ops_", new string('a', 129)],
            name => Assert.NotEmpty(schema.Validate($$"""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "{{name}}" } ] }""")));
        Assert.NotEmpty(schema.Validate("""{ "routes": [ { "match": { "categories": ["weather"] }, "sinks": [] } ] }"""));
    }

    [Fact]
    public void The_sample_names_secrets_as_settings_can_be_named()
    {
        var (configuration, _) = ConfigurationReader.Read(File.ReadAllBytes(Sample));
        var names = configuration!.Sinks.SelectMany(sink => new[] { sink.UrlSecret, sink.SigningSecret, sink.RoutingKeySecret }).OfType<string>().ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name =>
        {
            // As the environment is read: two underscores begin a level.
            var setting = $"{SinkSecrets.Section.Replace(":", "__", StringComparison.Ordinal)}__{name}";
            var settings = new ConfigurationBuilder().AddInMemoryCollection([new(setting.Replace("__", ":", StringComparison.Ordinal), "value")]).Build();

            Assert.Matches("^[A-Za-z0-9_]+$", setting);
            Assert.Equal("value", new SinkSecrets(settings).Find(name));
        });
    }

    [Fact]
    public void The_example_on_the_page_is_the_sample()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs", "escalations.md"));

        Assert.Contains("```json\n" + File.ReadAllText(Sample) + "```", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "sinks": """, "it is not valid JSON at line 1")]
    [InlineData("[]", "the file: it is no object")]
    [InlineData("""{ "sink": [] }""", "sink: this member is not known; known are $schema, sinks, routes, defaults.")]
    [InlineData("""{ "sinks": {} }""", "sinks: it is no list")]
    [InlineData("""{ "sinks": [ 1 ] }""", "sinks[0]: it is no object")]
    [InlineData("""{ "sinks": [ { "type": "slack", "urlSecret": "s" } ] }""", "sinks[0].name: it is missing.")]
    [InlineData("""{ "sinks": [ { "name": "A B", "type": "slack", "urlSecret": "s" } ] }""", "sinks[0].name: a name has 1 to 64 lower-case letters")]
    [InlineData("""{ "sinks": [ { "name": "a" } ] }""", "sinks[0].type: it is missing.")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "mail" } ] }""", "sinks[0].type: 'mail' is no kind of sink; write one of webhook, slack, pagerduty.")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack" } ] }""", "sinks[0].urlSecret: it is missing.")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "https://hooks.slack.com/services/x" } ] }""", "sinks[0].urlSecret: it must be the name of a setting")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "ops-channel-url" } ] }""", "sinks[0].urlSecret: it must be the name of a setting below Escalations:Secrets, not the secret itself: 1 to 128 letters, digits and single underscores between them; for a hyphen or a dot write an underscore.")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "ops.channel" } ] }""", "sinks[0].urlSecret: it must be the name of a setting")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "ops__channel" } ] }""", "sinks[0].urlSecret: it must be the name of a setting")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "url": "https://x.org", "urlSecret": "s" } ] }""", "sinks[0].url: the address of a Slack webhook is a secret")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "pagerduty", "routingKey": "abc" } ] }""", "sinks[0].routingKey: the key is a secret")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "webhook", "url": "https://x.org" } ] }""", "sinks[0].signingSecret: it is missing.")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "webhook", "signingSecret": "s" } ] }""", "sinks[0]: a webhook has either url, or urlSecret")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "webhook", "url": "ftp://x.org", "signingSecret": "s" } ] }""", "sinks[0].url: it is no address")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "s", "colour": "red" } ] }""", "sinks[0].colour: this member is not known")]
    [InlineData("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "s" }, { "name": "a", "type": "slack", "urlSecret": "s" } ] }""", "sinks[1].name: 'a' is there twice")]
    [InlineData("""{ "routes": [ {} ] }""", "routes[0].sinks: it is missing")]
    [InlineData("""{ "routes": [ { "sinks": ["x"] } ] }""", "routes[0].sinks[0]: there is no valid sink 'x'; known are none.")]
    [InlineData("""{ "routes": [ { "sinks": [], "match": { "categories": ["weather"] } } ] }""", "routes[0].match.categories[0]: this word is not known; write one of transport, runtime, policy, control, engine, contract, fleet.")]
    [InlineData("""{ "routes": [ { "sinks": [], "match": { "label": ["a"] } } ] }""", "routes[0].match.label: this member is not known")]
    [InlineData("""{ "routes": [ { "sinks": [], "minimumSeverity": "high" } ] }""", "routes[0].minimumSeverity: this word is not known; write one of info, warning, critical.")]
    [InlineData("""{ "routes": [ { "sinks": [], "continue": "yes" } ] }""", "routes[0].continue: it is no truth value")]
    [InlineData("""{ "defaults": { "sinks": [1] } }""", "defaults.sinks[0]: it is no text")]
    public void What_is_wrong_is_named_with_its_place_and_how_to_put_it_right(string json, string error)
    {
        var (configuration, errors) = ConfigurationReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.Null(configuration);
        Assert.Contains(errors, each => each.StartsWith(error, StringComparison.Ordinal));
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        var (_, errors) = ConfigurationReader.Read("""{ "sinks": [ { "name": "a", "type": "slack" }, { "name": "b", "type": "mail" } ], "routes": [ {} ] }"""u8.ToArray());

        Assert.Equal(3, errors.Count);
    }

    [Fact]
    public void A_secret_in_the_wrong_place_is_not_repeated()
    {
        var (_, errors) = ConfigurationReader.Read("""{ "sinks": [ { "name": "a", "type": "slack", "urlSecret": "https://hooks.slack.com/services/verysecret" } ] }"""u8.ToArray());

        Assert.DoesNotContain(errors, error => error.Contains("verysecret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_file_stops_the_start_and_the_message_names_it()
    {
        await using var host = new SinkHost("""{ "sinks": [ { "name": "a", "type": "slack" } ] }""");

        var error = Assert.Throws<OptionsValidationException>(() => host.Options);

        Assert.Contains("Escalations:SinksFile", error.Message, StringComparison.Ordinal);
        Assert.Contains("sinks[0].urlSecret: it is missing.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_stops_the_start_and_no_file_is_no_sinks()
    {
        await using var missing = new SinkHost("{}", new Dictionary<string, string?> { ["Escalations:SinksFile"] = "no-such-file.json" });
        await using var none = new SinkHost("{}", new Dictionary<string, string?> { ["Escalations:SinksFile"] = string.Empty });

        Assert.Contains("there is no such file", Assert.Throws<OptionsValidationException>(() => missing.Options).Message, StringComparison.Ordinal);
        Assert.Empty(none.Sinks.All);
    }

    [Theory]
    [InlineData("https://elsewhere.test/", "is not on the allow-list (Escalations:AllowedHosts)")]
    [InlineData("http://sinks.test/", "must begin with https://")]
    [InlineData("https://ann:pw@sinks.test/", "must not carry a user name")]
    public async Task An_address_that_would_never_be_called_stops_the_start(string address, string reason)
    {
        await using var host = SinkHost.Webhook(new Uri(address));

        var message = Assert.Throws<OptionsValidationException>(() => host.Options).Message;

        Assert.Contains("sinks[0].url: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AllowedHosts", "a b")]
    [InlineData("SendTimeout", "00:02:00")]
    [InlineData("GroupFrom", "1")]
    [InlineData("GiveUpAfter", "00:00:01")]
    public async Task Settings_out_of_bounds_are_named(string name, string value)
    {
        await using var host = new SinkHost("{}", new Dictionary<string, string?> { [$"Escalations:{name}"] = value });

        Assert.Contains($"Escalations:{name}", Assert.Throws<OptionsValidationException>(() => host.Options).Message, StringComparison.Ordinal);
    }
}
