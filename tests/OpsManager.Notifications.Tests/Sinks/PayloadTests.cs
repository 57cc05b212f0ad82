using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Notifications.Sinks;
using OpsManager.Notifications.Tests.Support;
using OpsManager.Testing;

namespace OpsManager.Notifications.Tests.Sinks;

/// <summary>
/// What each sink is sent, kept as files that docs/escalations.md points to. They are written anew by running these tests with
/// OPS_WRITE_PAYLOADS=1.
/// </summary>
public sealed class PayloadTests
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var sink in new[] { "webhook", "slack", "pagerduty" })
        {
            foreach (var message in SampleMessages.All.Keys)
            {
                cases.Add(sink, message);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_payload_is_as_it_was(string sink, string message)
    {
        var text = Payload(sink, message).ToJsonString(Format) + "\n";
        var file = RepositoryRoot.Combine("tests", "OpsManager.Notifications.Tests", "Payloads", $"{sink}.{message}.json");
        if (Environment.GetEnvironmentVariable("OPS_WRITE_PAYLOADS") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_payload_keeps_the_limits_of_its_receiver(string sink, string message)
    {
        var long_ = SampleMessages.All[message] with { Evidence = new string('x', 20_000) + "😀", Summary = new string('s', 5000), DedupKey = new string('k', 1000) };
        var payload = sink switch
        {
            "webhook" => WebhookSink.Payload(long_),
            "slack" => SlackSink.Payload(long_),
            _ => PagerDutySink.Payload(long_, "key"),
        };

        switch (sink)
        {
            case "slack":
                Assert.InRange(((string)payload["blocks"]![0]!["text"]!["text"]!).Length, 1, 150);
                Assert.InRange(((string)payload["blocks"]![1]!["text"]!["text"]!).Length, 1, 3000);
                break;
            case "pagerduty":
                Assert.InRange(((string)payload["dedup_key"]!).Length, 1, 255);
                Assert.InRange(((string?)payload["payload"]?["summary"] ?? "s").Length, 1, 1024);
                break;
        }

        Assert.InRange(payload.ToJsonString().Length, 1, 64 * 1024);
    }

    [Fact]
    public void Slack_shows_texts_as_they_are_and_reads_no_markup_in_them()
    {
        var text = (string)SlackSink.Payload(SampleMessages.Raised with { Evidence = "<!channel> & <https://evil.test|here>" })["blocks"]![1]!["text"]!["text"]!;

        Assert.Contains("&lt;!channel&gt; &amp; &lt;https://evil.test|here&gt;", text, StringComparison.Ordinal);
    }

    private static JsonObject Payload(string sink, string message) => sink switch
    {
        "webhook" => WebhookSink.Payload(SampleMessages.All[message]),
        "slack" => SlackSink.Payload(SampleMessages.All[message]),
        _ => PagerDutySink.Payload(SampleMessages.All[message], "R0UTINGKEY0000000000000000000000"),
    };
}
