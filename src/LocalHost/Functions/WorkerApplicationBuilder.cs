using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace LocalHost.Functions;

/// <summary>Collects the app's middleware, as the worker's own builder does.</summary>
internal sealed class WorkerApplicationBuilder(IServiceCollection services) : IFunctionsWorkerApplicationBuilder
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    public IServiceCollection Services { get; } = services;

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }

    public FunctionExecutionDelegate Build()
    {
        FunctionExecutionDelegate pipeline = context => ((LocalFunctionContext)context).Execute();
        foreach (Func<FunctionExecutionDelegate, FunctionExecutionDelegate> component in Enumerable.Reverse(_middleware))
        {
            pipeline = component(pipeline);
        }

        return pipeline;
    }
}
