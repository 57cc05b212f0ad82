using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Functions;

public sealed class SampleState
{
    private readonly Channel<TimerInfo> _ticks = Channel.CreateUnbounded<TimerInfo>();

    public string Greeting { get; set; } = "Hello";

    public ConcurrentQueue<string> Trace { get; } = new();

    public ChannelReader<TimerInfo> Ticks => _ticks.Reader;

    public SemaphoreSlim? HoldTicks { get; set; }

    public async Task TickAsync(TimerInfo timer, CancellationToken cancellationToken)
    {
        await _ticks.Writer.WriteAsync(timer, cancellationToken);
        if (HoldTicks is { } hold)
        {
            await hold.WaitAsync(cancellationToken);
        }
    }
}
