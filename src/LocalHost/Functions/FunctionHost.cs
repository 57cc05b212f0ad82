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
    private readonly FunctionCatalog _catalog;
    private readonly FunctionExecutionDelegate _pipeline;
    private readonly IServiceProvider _services;
    private readonly DataConverter _converter;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _functionTimeout;
    private readonly ILogger<FunctionHost> _logger;
    private DurableTaskClient? _client;

    public FunctionHost(
        FunctionCatalog catalog,
        FunctionExecutionDelegate pipeline,
        IServiceProvider services,
        DataConverter converter,
        TimeProvider timeProvider,
        TimeSpan functionTimeout,
        ILogger<FunctionHost> logger)
    {
        _catalog = catalog;
        _pipeline = pipeline;
        _services = services;
        _converter = converter;
        _timeProvider = timeProvider;
        _functionTimeout = functionTimeout;
        _logger = logger;
    }

    /// <summary>Set after construction, because the client's engine needs this host.</summary>
    public DurableTaskClient Client
    {
        get => _client ?? throw new InvalidOperationException("The durable client is not there yet.");
        set => _client = value;
    }

    public bool HasOrchestrator(string name) => _catalog.Find(name, TriggerKind.Orchestration) is not null;

    public bool HasActivity(string name) => _catalog.Find(name, TriggerKind.Activity) is not null;

    public async Task RunOrchestratorAsync(OrchestrationIdentity identity, Action<Func<TaskOrchestrationContext, Task<object?>>> episode, CancellationToken cancellationToken)
    {
        FunctionDescriptor function = _catalog.Find(identity.Name, TriggerKind.Orchestration)!;
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
        LocalFunctionContext context = new(
            function,
            scope.ServiceProvider,
            new Dictionary<string, object?> { ["instanceId"] = identity.InstanceId },
            httpContext: null,
            cancellationToken);
        context.Execute = () =>
        {
            // Synchronous: the middleware around it may await what it likes, the orchestrator must not.
            episode(orchestration => FunctionInvocation.CallAsync(context, orchestration, _converter, Client));
            return Task.CompletedTask;
        };
        await _pipeline(context);
    }

    public async Task<object?> RunActivityAsync(string name, string instanceId, string input, CancellationToken cancellationToken)
    {
        FunctionDescriptor function = _catalog.Find(name, TriggerKind.Activity)!;
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
        Dictionary<string, object?> bindingData = new()
        {
            ["instanceId"] = instanceId,
            [function.TriggerParameter] = input,
        };
        return await RunAsync(function, scope.ServiceProvider, bindingData, null, input, cancellationToken);
    }

    public async Task RunTimerAsync(FunctionDescriptor function, TimerInfo timer, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
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
        using CancellationTokenSource timeout = new(_functionTimeout, _timeProvider);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        LocalFunctionContext context = new(function, scope, bindingData, httpContext, linked.Token);
        object? result = null;
        context.Execute = async () => result = await FunctionInvocation.CallAsync(context, triggerValue, _converter, Client);
        long started = _timeProvider.GetTimestamp();
        try
        {
            await _pipeline(context);
        }
        finally
        {
            LogInvoked(function.Name, context.InvocationId, _timeProvider.GetElapsedTime(started).TotalMilliseconds);
        }

        return result;
    }

    [LoggerMessage(1, LogLevel.Debug, "Function {Function} ({InvocationId}) took {Milliseconds} ms.")]
    private partial void LogInvoked(string function, string invocationId, double milliseconds);
}
