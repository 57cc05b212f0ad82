using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpsManager.Contract;
using OpsManager.FakeAdapter;

// An adapter in memory for many loops. Arguments: the address to listen at and the token; then, if a process that ends is to be
// told to the manager by a nudge, as a sprite does, the manager's address and key. Beside the contract there are
// POST /fake/finish?loopId= (the loop may complete) and GET /fake/report?loopId= (its log and what was done to it).
if (args is not [var address, var token, .. var manager] || manager.Length is not (0 or 2))
{
    await Console.Error.WriteLineAsync("Usage: FakeAdapter ADDRESS TOKEN [MANAGER KEY]");
    return 2;
}

using var nudges = manager is [var managerAddress, var key] ? new Nudges(new Uri(managerAddress), key) : null;

var loops = new ConcurrentDictionary<string, FakeLoop>(StringComparer.Ordinal);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls(address);
await using var app = builder.Build();
app.Use(async (context, next) =>
{
    if (context.Request.Path != "/healthz" && context.Request.Headers.Authorization != $"Bearer {token}" && context.Request.Headers["X-Ops-Token"] != token)
    {
        await RefuseAsync(context, (401, "unauthorized"));
        return;
    }

    try
    {
        await next(context);
    }
    catch (Refusal refusal)
    {
        await RefuseAsync(context, (refusal.Status, refusal.Code));
    }
});
app.MapGet("/healthz", context => WriteAsync(context, 200, new HealthzBody { Ok = true }, ContractJsonContext.Default.HealthzBody));
app.MapGet("/ops/snapshot", context => WriteAsync(context, 200, Named(context).Snapshot() with { TraceId = Trace(context) }, ContractJsonContext.Default.LoopRunSnapshot));
app.MapGet("/ops/events", context => WriteAsync(
    context, 200, Named(context).Events(Number(context, "cursor", 0), (int)Number(context, "maxEvents", 100), Trace(context)), ContractJsonContext.Default.EventPage));
app.MapPost("/ops/start", async context =>
{
    var request = await ReadAsync(context, ContractJsonContext.Default.StartRequest);
    var answer = Loop(request.LoopId).Start(request);
    await WriteAsync(context, answer.Ok ? 200 : 409, answer, ContractJsonContext.Default.StartResponse);
});
app.MapPost("/ops/control", async context =>
{
    var request = await ReadAsync(context, ContractJsonContext.Default.ControlRequest);
    var answer = Loop(request.LoopId).Control(request.TraceId is null ? request with { TraceId = Trace(context) } : request);
    await WriteAsync(context, answer.Ok ? 200 : 409, answer, ContractJsonContext.Default.ControlAnswer);
});
app.MapPost("/fake/finish", context =>
{
    Named(context).MayFinish();
    return Task.CompletedTask;
});
app.MapGet("/fake/report", context => context.Response.WriteAsJsonAsync(Named(context).Report()));
app.MapFallback(context => RefuseAsync(
    context, context.Request.Path.Value is "/healthz" or "/ops/snapshot" or "/ops/events" or "/ops/start" or "/ops/control" ? (405, "method_not_allowed") : (404, "not_found")));
await app.StartAsync();

using var ticks = new PeriodicTimer(FakeLoop.Tick);
while (await ticks.WaitForNextTickAsync())
{
    foreach (var loop in loops.Values)
    {
        loop.Advance();
        if (loop.TakeNews() is { } runId)
        {
            nudges?.Send(runId);
        }
    }
}

return 0;

FakeLoop Loop(string id) => loops.GetOrAdd(id, static name => new FakeLoop(name));

FakeLoop Named(HttpContext context) => Loop(context.Request.Query["loopId"].ToString() is { Length: > 0 } id ? id : throw new Refusal(400, "invalid_request"));

static string? Trace(HttpContext context) => context.Request.Headers["X-Trace-Id"].ToString() is { Length: > 0 } trace ? trace : null;

static long Number(HttpContext context, string name, long fallback) => context.Request.Query[name].ToString() switch
{
    "" => fallback,
    var text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new Refusal(400, "invalid_request"),
};

static async Task<T> ReadAsync<T>(HttpContext context, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
{
    try
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        return Deserialize(body.RootElement, type);
    }
    catch (JsonException)
    {
        throw new Refusal(400, "invalid_json");
    }
}

static T Deserialize<T>(JsonElement body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
{
    try
    {
        return body.ValueKind == JsonValueKind.Object ? body.Deserialize(type)! : throw new Refusal(400, "invalid_request");
    }
    catch (JsonException)
    {
        // JSON, and not what is asked for: a member is missing or of another kind.
        throw new Refusal(400, "invalid_request");
    }
}

static Task RefuseAsync(HttpContext context, (int Status, string Code) refusal) =>
    WriteAsync(context, refusal.Status, ServiceErrorBody.Of(refusal.Code, refusal.Code), ContractJsonContext.Default.ServiceErrorBody);

static Task WriteAsync<T>(HttpContext context, int status, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
{
    context.Response.StatusCode = status;
    return context.Response.WriteAsJsonAsync(body, type);
}
