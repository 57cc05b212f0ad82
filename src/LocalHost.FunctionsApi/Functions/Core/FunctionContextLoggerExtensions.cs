using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextLoggerExtensions
{
    public static ILogger<T> GetLogger<T>(this FunctionContext context)
    {
        return context.InstanceServices.GetService<ILogger<T>>()!;
    }

    public static ILogger GetLogger(this FunctionContext context, string categoryName)
    {
        return context.InstanceServices.GetService<ILoggerFactory>()!.CreateLogger(categoryName);
    }
}
