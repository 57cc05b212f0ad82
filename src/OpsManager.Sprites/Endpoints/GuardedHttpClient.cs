using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpsManager.Sprites.Endpoints;

/// <summary>The only kind of client that calls addresses somebody has configured.</summary>
internal static class GuardedHttpClient
{
    /// <summary>
    /// Registers a named client that connects only to addresses that may be called, follows no redirect, keeps no cookies and logs nothing. The
    /// caller sets the time an answer may take.
    /// </summary>
    public static IServiceCollection AddGuardedHttpClient(this IServiceCollection services, string name)
    {
        services.TryAddSingleton<HostResolver>();
        services.TryAddSingleton<GuardedConnector>();
        services.AddHttpClient(name, static client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static provider => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,

                // The trace context is ours to send; the platform's own would add baggage that came with somebody's request.
                ActivityHeadersPropagator = null,

                // A proxy would resolve names itself, past the checks, and would see the token.
                UseProxy = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectCallback = provider.GetRequiredService<GuardedConnector>().ConnectAsync,
            })
            .AddHttpMessageHandler(static () => new SocketErrors())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)

            // Every outcome is a value of its own; the factory's log lines would repeat each call, and the addresses of some sinks are secrets.
            .RemoveAllLoggers();
        return services;
    }

    /// <summary>
    /// The platform asks a new connection for its other end, and lets that socket's error through as it is when the other end has gone
    /// away meanwhile. It is a broken connection like any other.
    /// </summary>
    private sealed class SocketErrors : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (SocketException error)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, error.Message, error);
            }
        }
    }
}
