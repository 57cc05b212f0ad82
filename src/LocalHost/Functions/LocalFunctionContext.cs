using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using RetryContext = Microsoft.Azure.Functions.Worker.RetryContext;

namespace LocalHost.Functions;

/// <summary>One invocation, as middleware and functions see it.</summary>
internal sealed class LocalFunctionContext : FunctionContext
{
    // The key under which the real worker's ASP.NET Core integration stores the request.
    private const string HttpContextKey = "HttpRequestContext";

    public LocalFunctionContext(
        FunctionDescriptor function,
        IServiceProvider services,
        IReadOnlyDictionary<string, object?> bindingData,
        HttpContext? httpContext,
        CancellationToken cancellationToken)
    {
        Function = function;
        InstanceServices = services;
        BindingContext = new LocalBindingContext(bindingData);
        TraceContext = new LocalTraceContext(Activity.Current);
        CancellationToken = cancellationToken;
        if (httpContext is not null)
        {
            Items[HttpContextKey] = httpContext;
        }
    }

    public FunctionDescriptor Function { get; }

    /// <summary>What the end of the middleware pipeline calls.</summary>
    public Func<Task> Execute { get; set; } = () => Task.CompletedTask;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Function.Definition.Id;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; }

    public override RetryContext RetryContext => LocalRetryContext.FirstAttempt;

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }
}
