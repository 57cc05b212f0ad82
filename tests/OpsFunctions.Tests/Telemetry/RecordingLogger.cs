using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>Keeps the names of events, what they say, and the scopes they were written in.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    public ConcurrentQueue<string?> Events { get; } = new();

    public ConcurrentQueue<string> Messages { get; } = new();

    public ConcurrentQueue<object> Scopes { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Scopes.Enqueue(state);
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        Events.Enqueue(eventId.Name);
        Messages.Enqueue(formatter(state, exception));
    }
}
