using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>What <c>./ops</c> makes of the address it is given.</summary>
public sealed class CliAddressTests
{
    [Theory]
    [InlineData("localhost:7071")]
    [InlineData("127.0.0.1:7071")]
    [InlineData("ops.example")]
    [InlineData("/api")]
    [InlineData("ftp://ops.example")]
    [InlineData("http://")]
    public async Task An_address_that_is_none_of_the_web_is_refused_with_what_it_should_be(string address)
    {
        var (code, output, error) = await new CliUnderTest(address, "any").RunAsync("fleet");

        Assert.Equal(
            (2, "", $"ops: OPS_BASE_URL takes an address that begins with http:// or https://, such as http://127.0.0.1:7071; '{address}' is none.\n"),
            (code, output, error));
    }

    [Theory]
    [InlineData("", "any")]
    [InlineData("http://127.0.0.1:7071", "")]
    public async Task Without_address_or_key_it_is_said_where_to_get_them(string address, string key)
    {
        var (code, output, error) = await new CliUnderTest(address, key).RunAsync("fleet");

        Assert.Equal((2, "", "ops: Set OPS_BASE_URL and OPS_KEY, or start a manager with ./ops up.\n"), (code, output, error));
    }
}
