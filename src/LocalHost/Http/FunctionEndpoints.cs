using LocalHost.Functions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Http;

/// <summary>Serves the HTTP triggers.</summary>
internal static partial class FunctionEndpoints
{
    // What the Functions host accepts where a trigger names no methods.
    private static readonly string[] AllMethods = ["GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS"];

    public static void MapFunctions(this WebApplication app, FunctionCatalog catalog, string routePrefix)
    {
        FunctionKeys keys = app.Services.GetRequiredService<FunctionKeys>();
        FunctionHost host = app.Services.GetRequiredService<FunctionHost>();
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LocalHost.Http");
        IHostApplicationLifetime lifetime = app.Lifetime;
        app.Use(HideRoutesOfOtherMethodsAsync);

        foreach (FunctionDescriptor function in catalog.OfKind(TriggerKind.Http))
        {
            HttpTriggerAttribute trigger = (HttpTriggerAttribute)function.Trigger;
            string route = $"/{routePrefix}/{(trigger.Route ?? function.Name).TrimStart('/')}".Replace("//", "/", StringComparison.Ordinal);
            string[] methods = trigger.Methods is { Length: > 0 } named ? [.. named.Select(method => method.ToUpperInvariant())] : AllMethods;
            app.MapMethods(route, methods, context => ServeAsync(context, function, trigger.AuthLevel, keys, host, logger, lifetime.ApplicationStopping))
                .WithDisplayName(function.Name);
            LogMapped(logger, function.Name, string.Join(',', methods), route);
        }
    }

    /// <summary>The Functions host matches route and method together: with another method the route does not exist.</summary>
    private static async Task HideRoutesOfOtherMethodsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);

        // Routing's own refusal is no route endpoint; what a function answers is left alone.
        if (context.GetEndpoint() is not RouteEndpoint && context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.Headers.Remove("Allow");
        }
    }

    private static async Task ServeAsync(
        HttpContext context,
        FunctionDescriptor function,
        AuthorizationLevel level,
        FunctionKeys keys,
        FunctionHost host,
        ILogger logger,
        CancellationToken stopping)
    {
        if (!keys.Allows(context.Request, level, function.Name))
        {
            await Problems.WriteUnauthorizedAsync(context);
            return;
        }

        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            object? result = await host.RunHttpAsync(function, context, cancellation.Token);
            await WriteAsync(context, result);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await WriteFailureAsync(context, function, exception, logger, stopping.IsCancellationRequested);
        }
    }

    private static Task WriteAsync(HttpContext context, object? result)
    {
        return result switch
        {
            null => Task.CompletedTask,
            IResult typed => typed.ExecuteAsync(context),
            IActionResult action => action.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor())),
            string text => context.Response.WriteAsync(text, context.RequestAborted),
            _ => new ObjectResult(result).ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor())),
        };
    }

    private static Task WriteFailureAsync(HttpContext context, FunctionDescriptor function, Exception exception, ILogger logger, bool isStopping)
    {
        context.Response.Clear();
        switch (exception)
        {
            case BadHttpRequestException bad:
                return Problems.WriteAsync(context, bad.StatusCode, "bad_request", "The request cannot be read.", bad.Message);
            case FunctionBindingException when exception.InnerException is not null:
                return Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad_request", "The request cannot be read.", exception.Message);
            case OperationCanceledException when isStopping:
                context.Response.Headers.RetryAfter = "2";
                return Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "stopping", "The host is stopping.");
            default:
                LogFailed(logger, exception, function.Name);
                return Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, "internal_error", "The function failed.");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Function {Function}: [{Methods}] {Route}")]
    private static partial void LogMapped(ILogger logger, string function, string methods, string route);

    [LoggerMessage(2, LogLevel.Error, "Function {Function} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string function);
}
