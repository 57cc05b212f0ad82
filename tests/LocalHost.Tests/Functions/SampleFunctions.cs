using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Functions;

/// <summary>An app in small, as the host finds it in an assembly.</summary>
public sealed class SampleFunctions(SampleState state)
{
    [Function("Start")]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(context);
        string? input = await request.ReadFromJsonAsync<string>(context.CancellationToken);
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Greet), input, new StartOrchestrationOptions(runId), context.CancellationToken);
        return Results.Accepted($"/api/runs/{id}", new { id });
    }

    [Function(nameof(Greet))]
    public static async Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context, string name)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await context.CallActivityAsync<string>(nameof(Compose), name);
    }

    [Function(nameof(Compose))]
    public string Compose([ActivityTrigger] string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return $"{state.Greeting}, {name} ({context.BindingContext.BindingData["instanceId"]})";
    }

    [Function(nameof(Await))]
    public static async Task<string> Await([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await context.WaitForExternalEvent<string>("data");
    }

    [Function("Item")]
    public static IActionResult Item(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{number:int}/{id:guid?}")] HttpRequest request, int number, Guid? id)
        => new OkObjectResult(new { number, id, method = request?.Method });

    [Function("Text")]
    public static string Text([HttpTrigger("get")] HttpRequest request) => $"plain {request?.Path}";

    [Function("Nothing")]
    public static Task Nothing([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    [Function("Broken")]
    public static IResult Broken([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
        => throw new InvalidOperationException($"secret of {request?.Path}");

    [Function("Guarded")]
    public static IResult Guarded([HttpTrigger] HttpRequest request) => Results.Text("in", statusCode: request is null ? 500 : 200);

    [Function("Private")]
    public static IResult Private([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) => Results.Text("in", statusCode: request is null ? 500 : 200);

    [Function("Tick")]
    public async Task TickAsync([TimerTrigger("%TICK_SCHEDULE%")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await state.TickAsync(timer, cancellationToken);
    }
}
