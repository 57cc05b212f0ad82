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
    if (context.Request.Path != "/healthz" && context.Request.Headers.Authorization != $"Bearer {token}")
    {
        await WriteAsync(context, 401, ServiceErrorBody.Of("unauthorized", "no token, or a wrong one"), ContractJsonContext.Default.ServiceErrorBody);
        return;
    }

    await next(context);
});
app.MapGet("/healthz", context => WriteAsync(context, 200, new HealthzBody { Ok = true }, ContractJsonContext.Default.HealthzBody));
app.MapGet("/ops/snapshot", context => WriteAsync(context, 200, Named(context).Snapshot(), ContractJsonContext.Default.LoopRunSnapshot));
app.MapGet("/ops/events", context => WriteAsync(
    context, 200, Named(context).Events(Number(context, "cursor", 0), (int)Number(context, "maxEvents", 100)), ContractJsonContext.Default.EventPage));
app.MapPost("/ops/start", async context =>
{
    var request = (await JsonSerializer.DeserializeAsync(context.Request.Body, ContractJsonContext.Default.StartRequest))!;
    var answer = Loop(request.LoopId).Start(request);
    await WriteAsync(context, answer.Ok ? 200 : 409, answer, ContractJsonContext.Default.StartResponse);
});
app.MapPost("/ops/control", async context =>
{
    var request = (await JsonSerializer.DeserializeAsync(context.Request.Body, ContractJsonContext.Default.ControlRequest))!;
    var answer = Loop(request.LoopId).Control(request);
    await WriteAsync(context, answer.Ok ? 200 : 409, answer, ContractJsonContext.Default.ControlAnswer);
});
app.MapPost("/fake/finish", context =>
{
    Named(context).MayFinish();
    return Task.CompletedTask;
});
app.MapGet("/fake/report", context => context.Response.WriteAsJsonAsync(Named(context).Report()));
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

FakeLoop Named(HttpContext context) => Loop(context.Request.Query["loopId"].ToString());

static long Number(HttpContext context, string name, long fallback) =>
    long.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : fallback;

static Task WriteAsync<T>(HttpContext context, int status, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
{
    context.Response.StatusCode = status;
    return context.Response.WriteAsJsonAsync(body, type);
}
