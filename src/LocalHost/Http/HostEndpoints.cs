using System.Reflection;
using LocalHost.Durable.Engine;
using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Timers;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Http;

/// <summary>What the Functions host itself answers: liveness, its status, and timers run by hand.</summary>
internal static partial class HostEndpoints
{
    public static void MapHostEndpoints(this WebApplication app)
    {
        OrchestrationEngine engine = app.Services.GetRequiredService<OrchestrationEngine>();
        FunctionKeys keys = app.Services.GetRequiredService<FunctionKeys>();
        if (!keys.HasMaster)
        {
            LogNoMasterKey(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LocalHost.Http"));
        }

        app.MapMethods("/", ["GET", "HEAD"], context => WriteLivenessAsync(context, engine));
        app.MapMethods("/healthz", ["GET", "HEAD"], context => WriteLivenessAsync(context, engine));
        app.MapGet("/admin/host/status", context => Guarded(context, keys, () => WriteStatusAsync(context, engine)));
        app.MapPost("/admin/functions/{name}", context => Guarded(context, keys, () => RunTimerAsync(context)));
    }

    private static Task Guarded(HttpContext context, FunctionKeys keys, Func<Task> action)
        => keys.Allows(context.Request, AuthorizationLevel.Admin) ? action() : Problems.WriteKeyRefusedAsync(context, keys);

    private static Task WriteLivenessAsync(HttpContext context, OrchestrationEngine engine)
    {
        bool isRunning = engine.IsRunning;
        context.Response.StatusCode = isRunning ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(new { status = isRunning ? "ok" : "unavailable" }, context.RequestAborted);
    }

    private static Task WriteStatusAsync(HttpContext context, OrchestrationEngine engine)
    {
        HostJson hostJson = context.RequestServices.GetRequiredService<HostJson>();
        FunctionCatalog catalog = context.RequestServices.GetRequiredService<FunctionCatalog>();
        return context.Response.WriteAsJsonAsync(
            new
            {
                id = hostJson.HubName,
                state = engine.IsRunning ? "Running" : "Offline",
                version = typeof(HostEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                processId = Environment.ProcessId,
                taskHub = hostJson.HubName,
                runningActivities = engine.RunningActivities,
                functions = catalog.All.Select(function => function.Name).Order(StringComparer.Ordinal),
            },
            context.RequestAborted);
    }

    private static async Task RunTimerAsync(HttpContext context)
    {
        FunctionCatalog catalog = context.RequestServices.GetRequiredService<FunctionCatalog>();
        string name = (string)context.Request.RouteValues["name"]!;
        if (catalog.Find(name, TriggerKind.Timer) is not { } function)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "not_found", "There is no timer-triggered function of that name.");
            return;
        }

        TimerTriggerService timers = context.RequestServices.GetServices<IHostedService>().OfType<TimerTriggerService>().Single();
        await timers.RunNowAsync(function, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    [LoggerMessage(1, LogLevel.Warning, "Keys:Master is not set: what is for the master only stays closed.")]
    private static partial void LogNoMasterKey(ILogger logger);
}
