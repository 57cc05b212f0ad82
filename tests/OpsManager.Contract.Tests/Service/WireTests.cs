using System.Text.Json;
using OpsManager.Testing.Corpus;

namespace OpsManager.Contract.Tests.Service;

public sealed class WireTests
{
    [Theory]
    [InlineData("10", 5)]
    [InlineData("12", 0)]
    [InlineData("14", 29)]
    public void A_recorded_page_is_read_and_loses_nothing(string recording, int events)
    {
        var json = CorpusLibrary.Recording(recording).Only.Response.Json!.Value;

        var page = json.Deserialize(ContractJsonContext.Default.EventPage)!;

        Assert.Equal(events, page.Events.Count);
        Assert.True(JsonElement.DeepEquals(json, JsonSerializer.SerializeToElement(page, ContractJsonContext.Default.EventPage)));
    }

    [Theory]
    [InlineData("03", "unauthorized")]
    [InlineData("08", "runtime_error")]
    [InlineData("20", "not_found")]
    public void A_recorded_refusal_is_read_and_loses_nothing(string recording, string code)
    {
        var json = CorpusLibrary.Recording(recording).Only.Response.Json!.Value;

        var body = json.Deserialize(ContractJsonContext.Default.ServiceErrorBody)!;

        Assert.Equal(code, body.Error.Code);
        Assert.True(JsonElement.DeepEquals(json, JsonSerializer.SerializeToElement(body, ContractJsonContext.Default.ServiceErrorBody)));
    }

    [Fact]
    public void A_start_is_written_as_agreed()
    {
        Assert.Equal(
            """{"runId":"run-1","attempt":2,"generation":3,"order":4,"loopId":"demo-loop"}""",
            JsonSerializer.Serialize(new StartRequest { RunId = "run-1", Attempt = 2, Generation = 3, Order = 4, LoopId = "demo-loop" }, ContractJsonContext.Default.StartRequest));
        Assert.Equal(
            """{"ok":true,"started":{"baseLine":29}}""",
            JsonSerializer.Serialize(new StartResponse { Ok = true, Started = new StartedProcess { BaseLine = 29 } }, ContractJsonContext.Default.StartResponse));
        Assert.Equal(
            """{"ok":false,"error":{"code":"order_stale","message":"older"}}""",
            JsonSerializer.Serialize(new StartResponse { Ok = false, Error = new ServiceError { Code = "order_stale", Message = "older" } }, ContractJsonContext.Default.StartResponse));
    }

    [Fact]
    public void Every_known_status_is_known_and_no_other()
    {
        Assert.All(LoopRunStatus.All, static s => Assert.True(LoopRunStatus.IsKnown(s)));
        Assert.False(LoopRunStatus.IsKnown("hibernating"));
        Assert.False(LoopRunStatus.IsKnown(null));
    }
}
