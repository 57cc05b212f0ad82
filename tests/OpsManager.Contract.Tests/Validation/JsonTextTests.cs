using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OpsManager.Contract.Tests.Validation;

/// <summary>Text in JSON is what .NET can make a string of and what every reader can decode; the rest is found before anything is read.</summary>
public sealed class JsonTextTests
{
    public static TheoryData<string, bool> Documents => new()
    {
        { "{}", true },
        { """{"a":"🙂","é":1}""", true },
        { """{"a":"\ud83d\ude42","\uD83D\uDE42":1}""", true },
        { """{"a":"\u0000\ufffd\"\\ud800"}""", true },
        { """{"a":"\\\\ud800"}""", true },
        { """{"a":"\ud800"}""", false },
        { """{"a":"\uDC00\uD800"}""", false },
        { """{"a":"\ud83d\ud83d\ude42"}""", false },
        { """{"a":"\ud83dx\ude42"}""", false },
        { """{"a":"\ud83d\n\ude42"}""", false },
        { """{"a":"\\\ud800"}""", false },
        { """{"\ud800":1}""", false },
        { """{"a":{"b":[1,{"c\udfff":null}]}}""", false },
        { "{\"a\":\"\u00FF\"}", false },
        { "{\"a\u00FE\":1}", false },
        { "{\"a\":\"\u00C3\"}", false },
        { "{\"a\":\"\u00ED\u00A0\u0080\"}", false },
        { "{\"a\":\"\u00F0\u009F\u0099\"}", false },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_is_no_text_is_found_wherever_it_stands(string document, bool isText)
    {
        ArgumentNullException.ThrowIfNull(document);
        var json = Bytes(document, isText);
        using var parsed = JsonDocument.Parse(json);

        Assert.Equal(isText, JsonText.IsValid(json));
        Assert.Equal(isText, JsonText.IsValid(parsed.RootElement));
        Assert.Equal(isText, CanBeRead(parsed.RootElement));
        if (isText)
        {
            using var strict = JsonText.Parse(json);
            Assert.Equal(JsonValueKind.Object, strict.RootElement.ValueKind);
        }
        else
        {
            Assert.Throws<JsonException>(() => JsonText.Parse(json));
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_is_repaired_is_text_with_the_same_members(string document, bool isText)
    {
        ArgumentNullException.ThrowIfNull(document);
        var json = Bytes(document, isText);

        var repaired = JsonText.Repair(json);

        Assert.True(JsonText.IsValid(repaired));
        Assert.True(Utf8.IsValid(repaired));
        using var before = JsonDocument.Parse(json);
        using var after = JsonDocument.Parse(repaired);
        Assert.True(CanBeRead(after.RootElement));
        Assert.Equal(before.RootElement.GetPropertyCount(), after.RootElement.GetPropertyCount());
        if (isText)
        {
            Assert.Equal(json, repaired);
        }
    }

    [Theory]
    [InlineData("""{"a":"\ud8""")]
    [InlineData("""{"a":"\""")]
    [InlineData("""{"a":"\u""")]
    [InlineData("""{"a":"\ud800\u""")]
    [InlineData("""{"a":"\uzzzz"}""")]
    [InlineData("")]
    public void What_is_cut_off_is_refused_and_never_thrown_at(string torn)
    {
        ArgumentNullException.ThrowIfNull(torn);
        _ = JsonText.IsValid(Encoding.UTF8.GetBytes(torn));
        _ = JsonText.Repair(Encoding.UTF8.GetBytes(torn));
        Assert.ThrowsAny<JsonException>(() => JsonText.Parse(Encoding.UTF8.GetBytes(torn)));
    }

    [Fact]
    public void An_element_that_is_none_holds_no_wrong_text() => Assert.True(JsonText.IsValid(default(JsonElement)));

    // In the ill-formed ones each character stands for a byte.
    private static byte[] Bytes(string document, bool isText) => isText ? Encoding.UTF8.GetBytes(document) : Encoding.Latin1.GetBytes(document);

    private static bool CanBeRead(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(CanBeRead),
                JsonValueKind.Object => element.EnumerateObject().All(static member => member.Name is not null && CanBeRead(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
