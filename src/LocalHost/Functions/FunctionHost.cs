using LocalHost.Durable.Engine;
using LocalHost.Durable.Execution;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Functions;

/// <summary>Invokes functions through the app's middleware, each in a scope of its own.</summary>
internal sealed partial class FunctionHost : IOrchestrationFunctions
{
    private readonly FunctionCatalog catalog;
    private readonly FunctionExecutionDelegate pipeline;
    private readonly IServiceProvider services;
    private readonly DataConverter converter;
    private readonly TimeProvider timeProvider;
    private readonly TimeSpan functionTimeout;
    private readonly ILogger<FunctionHost> logger;
    private DurableTaskClient? client;

    public FunctionHost(
        FunctionCatalog catalog,
        FunctionExecutionDelegate pipeline,
        IServiceProvider services,
        DataConverter converter,
        TimeProvider timeProvider,
        TimeSpan functionTimeout,
        ILogger<FunctionHost> logger)
    {
        this.catalog = catalog;
        this.pipeline = pipeline;
        this.services = services;
        this.converter = converter;
        this.timeProvider = timeProvider;
        this.functionTimeout = functionTimeout;
        this.logger = logger;
    }

    /// <summary>Set after construction, because the client's engine needs this host.</summary>
    public DurableTaskClient Client
    {
        get => client ?? throw new InvalidOperationException("The durable client is not there yet.");
        set => client = value;
    }

    public bool HasOrchestrator(string name) => catalog.Find(name, TriggerKind.Orchestration) is not null;

    public bool HasActivity(string name) => catalog.Find(name, TriggerKind.Activity) is not null;

    public async Task RunOrchestratorAsync(OrchestrationIdentity identity, Action<Func<TaskOrchestrationContext, Task<object?>>> episode, CancellationToken cancellationToken)
    {
        FunctionDescriptor function = catalog.Find(identity.Name, TriggerKind.Orchestration)!;
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        LocalFunctionContext context = new(
            function,
            scope.ServiceProvider,
            new Dictionary<string, object?> { ["instanceId"] = identity.InstanceId },
            httpContext: null,
            cancellationToken);
        context.Execute = () =>
        {
            // Synchronous: the middleware around it may await what it likes, the orchestrator must not.
            episode(orchestration => FunctionInvocation.CallAsync(context, orchestration, converter, Client));
            return Task.CompletedTask;
        };
        await pipeline(context);
    }

    public async Task<object?> RunActivityAsync(string name, string instanceId, string input, CancellationToken cancellationToken)
    {
        FunctionDescriptor function = catalog.Find(name, TriggerKind.Activity)!;
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        Dictionary<string, object?> bindingData = new()
        {
            ["instanceId"] = instanceId,
            [function.TriggerParameter] = input,
        };
        return await RunAsync(function, scope.ServiceProvider, bindingData, null, input, cancellationToken);
    }

    public async Task RunTimerAsync(FunctionDescriptor function, TimerInfo timer, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        await RunAsync(function, scope.ServiceProvider, new Dictionary<string, object?>(), null, timer, cancellationToken);
    }

    public Task<object?> RunHttpAsync(FunctionDescriptor function, HttpContext httpContext, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> bindingData = httpContext.Request.RouteValues
            .ToDictionary(value => value.Key, value => value.Value, StringComparer.OrdinalIgnoreCase);
        return RunAsync(function, httpContext.RequestServices, bindingData, httpContext, httpContext, cancellationToken);
    }

    private async Task<object?> RunAsync(
        FunctionDescriptor function,
        IServiceProvider scope,
        Dictionary<string, object?> bindingData,
        HttpContext? httpContext,
        object? triggerValue,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(functionTimeout, timeProvider);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        LocalFunctionContext context = new(function, scope, bindingData, httpContext, linked.Token);
        object? result = null;
        context.Execute = async () => result = await FunctionInvocation.CallAsync(context, triggerValue, converter, Client);
        long started = timeProvider.GetTimestamp();
        try
        {
            await pipeline(context);
        }
        finally
        {
            LogInvoked(function.Name, context.InvocationId, timeProvider.GetElapsedTime(started).TotalMilliseconds);
        }

        return result;
    }

    [LoggerMessage(1, LogLevel.Debug, "Function {Function} ({InvocationId}) took {Milliseconds} ms.")]
    private partial void LogInvoked(string function, string invocationId, double milliseconds);
}
