using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private const string Message = "A declaration only.";

    public IDictionary<object, object> Properties => throw new NotSupportedException(Message);

    public ConfigurationManager Configuration => throw new NotSupportedException(Message);

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public IHostEnvironment Environment => throw new NotSupportedException(Message);

    public ILoggingBuilder Logging => throw new NotSupportedException(Message);

    public IMetricsBuilder Metrics => throw new NotSupportedException(Message);

    public IServiceCollection Services => throw new NotSupportedException(Message);

    public IHost Build() => throw new NotSupportedException(Message);

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull
        => throw new NotSupportedException(Message);

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => throw new NotSupportedException(Message);
}
