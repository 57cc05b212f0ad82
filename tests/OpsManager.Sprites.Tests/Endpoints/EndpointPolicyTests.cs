using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Endpoints;
using OpsManager.Sprites.Tests.Support;

namespace OpsManager.Sprites.Tests.Endpoints;

public sealed class EndpointPolicyTests
{
    [Theory]
    [InlineData("sprite.example.org", "https://sprite.example.org")]
    [InlineData("sprite.example.org", "http://sprite.example.org:8080/base/")]
    [InlineData("Sprite.Example.ORG", "https://SPRITE.example.org./")]
    [InlineData("sprite.example.org:8443", "https://sprite.example.org:8443")]
    [InlineData("sprite.example.org:443", "https://sprite.example.org")]
    [InlineData("*.example.org", "https://a.example.org")]
    [InlineData("*.example.org", "https://a.b.example.org")]
    [InlineData("*.example.org:8443", "https://a.example.org:8443")]
    [InlineData("bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("localhost", "http://localhost:7000")]
    [InlineData("127.0.0.1", "http://127.0.0.1:7000")]
    [InlineData("[::1]:7000", "http://[::1]:7000")]
    [InlineData("::1", "http://[::1]:7000")]
    [InlineData("10.0.0.5", "http://10.0.0.5")]
    public void A_listed_host_may_be_called(string listed, string endpoint) => Assert.Null(Refuse(listed, endpoint));

    [Theory]
    [InlineData("", "https://sprite.example.org")]
    [InlineData("sprite.example.org", "https://sprite.example.org.evil.net")]
    [InlineData("sprite.example.org", "https://evil-sprite.example.org")]
    [InlineData("sprite.example.org:8443", "https://sprite.example.org")]
    [InlineData("*.example.org", "https://example.org")]
    [InlineData("*.example.org", "https://badexample.org")]
    [InlineData("*.example.org:8443", "https://a.example.org")]
    [InlineData("sprite.example.org", "ftp://sprite.example.org")]
    [InlineData("sprite.example.org", "file:///etc/passwd")]
    [InlineData("sprite.example.org", "https://user:pw@sprite.example.org")]
    [InlineData("sprite.example.org", "https://sprite.example.org?x=1")]
    [InlineData("sprite.example.org", "https://sprite.example.org#x")]
    [InlineData("sprite.example.org", "http://127.0.0.1")]
    [InlineData("sprite.example.org", "http://localhost")]
    [InlineData("*.corp.localhost", "http://a.corp.localhost")]
    [InlineData("169.254.169.254", "http://169.254.169.254/latest/meta-data")]
    [InlineData("169.254.169.254", "http://2852039166/")]
    [InlineData("[fe80::1]", "http://[fe80::1]")]
    [InlineData("[::ffff:169.254.169.254]", "http://[::ffff:169.254.169.254]")]
    [InlineData("0.0.0.0", "http://0.0.0.0")]
    [InlineData("168.63.129.16", "http://168.63.129.16")]
    public void Anything_else_is_refused_with_a_reason(string listed, string endpoint) => Assert.NotEmpty(Refuse(listed, endpoint)!);

    [Fact]
    public void A_relative_address_is_refused() =>
        Assert.NotNull(new EndpointPolicy(new FixedOptions(new AdapterClientOptions())).Refuse(new Uri("/ops", UriKind.Relative)));

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:169.254.1.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_listed_name_that_leads_to_such_an_address_is_not_called(string address)
    {
        await using var boundary = new Boundary(
            new Dictionary<string, string?> { ["Adapter:AllowedHosts:0"] = "*.example.org" },
            _ => [IPAddress.Parse("192.0.2.1"), IPAddress.Parse(address)]);

        Assert.Equal("endpoint_not_allowed", (await boundary.SnapshotAsync(new Uri("http://sprite.example.org"))).Code());
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("203.0.113.9")]
    [InlineData("fd12::1")]
    [InlineData("2001:db8::1")]
    public void Private_and_public_addresses_are_ordinary(string address) => Assert.Equal(AddressKind.Ordinary, AddressRules.Classify(IPAddress.Parse(address)));

    [Fact]
    public async Task A_host_that_is_not_listed_is_not_even_connected()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(200, "{}");
        await using var boundary = new Boundary(new Dictionary<string, string?> { ["Adapter:AllowedHosts:0"] = "sprite.example.org" });

        Assert.Equal("endpoint_not_allowed", (await boundary.SnapshotAsync(adapter.Endpoint)).Code());
        Assert.Empty(adapter.Requests);
    }

    [Fact]
    public async Task Hosts_may_come_as_one_text()
    {
        await using var boundary = new Boundary(new Dictionary<string, string?> { ["Adapter:AllowedHosts"] = "a.example.org; *.example.net,10.0.0.1" });

        Assert.Equal(["a.example.org", "*.example.net", "10.0.0.1"], boundary.Services.GetRequiredService<IOptions<AdapterClientOptions>>().Value.AllowedHosts);
        Assert.Null(boundary.Policy.Refuse(new Uri("https://x.example.net")));
    }

    [Theory]
    [InlineData("Adapter:AllowedHosts:0", "*")]
    [InlineData("Adapter:AllowedHosts:0", "*.org")]
    [InlineData("Adapter:AllowedHosts:0", "https://sprite.example.org")]
    [InlineData("Adapter:AllowedHosts:0", "sprite.example.org:0")]
    [InlineData("Adapter:AllowedHosts:0", "*.10.0.0.1")]
    [InlineData("Adapter:RequestTimeout", "00:00:00")]
    [InlineData("Adapter:ControlTimeout", "01:00:00")]
    [InlineData("Adapter:MaxResponseBytes", "0")]
    [InlineData("Adapter:MaxEventsPerPage", "0")]
    public void Settings_that_could_only_fail_later_fail_at_once(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();
        using var services = new ServiceCollection().AddSpriteBoundary(configuration).BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(string.Join(':', key.Split(':')[..2]), failure.Message, StringComparison.Ordinal);
    }

    private static string? Refuse(string listed, string endpoint) =>
        new EndpointPolicy(new FixedOptions(new AdapterClientOptions { AllowedHosts = listed.Length == 0 ? [] : [listed] })).Refuse(new Uri(endpoint));

    private sealed class FixedOptions(AdapterClientOptions value) : IOptionsMonitor<AdapterClientOptions>
    {
        public AdapterClientOptions CurrentValue => value;

        public AdapterClientOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<AdapterClientOptions, string?> listener) => null;
    }
}
