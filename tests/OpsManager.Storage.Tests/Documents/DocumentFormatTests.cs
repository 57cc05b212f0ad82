using System.Text;
using System.Text.Json.Nodes;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;

namespace OpsManager.Storage.Tests.Documents;

public sealed class DocumentFormatTests
{
    private static readonly DocumentFormat<Person> Format = new(
        "person",
        document => new JsonObject { ["name"] = $"{document["first"]} {document["last"]}" },
        document =>
        {
            document["shout"] = ((string)document["name"]!).ToUpperInvariant();
            return document;
        });

    [Theory]
    [InlineData(1, """{"first":"Ann","last":"Lee"}""")]
    [InlineData(2, """{"name":"Ann Lee"}""")]
    [InlineData(3, """{"name":"Ann Lee","shout":"ANN LEE","unknown":1}""")]
    public void Every_older_version_is_led_to_the_current_one(int version, string json)
    {
        Assert.Equal(3, Format.Version);
        Assert.Equal(new Person("Ann Lee", "ANN LEE"), Read(version, json));
    }

    [Theory]
    [InlineData(null, """{"name":"Ann","shout":"A"}""")]
    [InlineData(0, """{"name":"Ann","shout":"A"}""")]
    [InlineData(4, """{"name":"Ann","shout":"A"}""")]
    [InlineData(3, """{"name":""")]
    [InlineData(3, "null")]
    [InlineData(1, "[]")]
    public void What_cannot_be_read_says_where_it_lies(int? version, string json)
    {
        var error = Assert.Throws<UnreadableDocumentException>(() => Read(version, json));
        Assert.Contains("part/row", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(Payload.InlineLimit)]
    [InlineData(Payload.InlineLimit + 1)]
    public async Task Content_of_any_size_comes_back(int size)
    {
        var gateway = new InMemoryStorageGateway();
        foreach (var content in new[] { Support.Sample.RandomBytes(size, size), new byte[size] })
        {
            var payload = Payload.Encode(content, "blob");
            if (payload.Blob is { } blob)
            {
                await gateway.PutBlobAsync(blob.Name, blob.Content, CancellationToken.None);
            }

            var row = new TableRow("part", "row", "tag", payload.Properties);
            Assert.Equal(content, await Payload.DecodeAsync(row, gateway, CancellationToken.None));
            Assert.Equal(payload.Properties.Select(p => p.Key), Payload.Encode(content, "blob").Properties.Select(p => p.Key));
        }

        Assert.Equal(size > Payload.InlineLimit ? 1 : 0, gateway.BlobCount);
    }

    [Fact]
    public async Task Damaged_content_is_an_error_that_says_where()
    {
        var good = Payload.Encode(Encoding.UTF8.GetBytes(new string('x', 1000)), "blob").Properties;
        foreach (var change in new Action<Dictionary<string, object>>[]
        {
            row => row.Remove("p0"),
            row => row.Remove("len"),
            row => row["len"] = 999,
            row => row["enc"] = "none",
            row => row["enc"] = "zip",
            row => row["blob"] = "missing",
            row => row["p0"] = new byte[] { 1, 2, 3 },
        })
        {
            var properties = new Dictionary<string, object>(good, StringComparer.Ordinal);
            change(properties);
            await Assert.ThrowsAsync<UnreadableDocumentException>(() =>
                Payload.DecodeAsync(new TableRow("part", "row", "tag", properties), new InMemoryStorageGateway(), CancellationToken.None));
        }
    }

    [Fact]
    public void A_document_too_large_for_its_row_is_refused_before_it_is_written()
    {
        Assert.Throws<InvalidOperationException>(() => Payload.EncodeDocument(Support.Sample.RandomBytes(1, 1024 * 1024)));
    }

    private static Person Read(int? version, string json)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        if (version is { } number)
        {
            properties["v"] = number;
        }

        return Format.Read(new TableRow("part", "row", "tag", properties), Encoding.UTF8.GetBytes(json));
    }

    private sealed record Person(string Name, string Shout);
}
