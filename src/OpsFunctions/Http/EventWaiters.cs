using Microsoft.Extensions.Options;
using OpsFunctions.Composition;

namespace OpsFunctions.Http;

/// <summary>The requests that wait for events on this instance.</summary>
/// <param name="options">Settings.</param>
public sealed class EventWaiters(IOptions<ApiOptions> options)
{
    /// <summary>Long polls.</summary>
    public WaiterGate Polls { get; } = new(options.Value.MaxWaiters);

    /// <summary>Event streams.</summary>
    public WaiterGate Streams { get; } = new(options.Value.MaxStreams);
}
