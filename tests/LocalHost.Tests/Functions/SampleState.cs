using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Functions;

public sealed class SampleState
{
    private readonly Channel<TimerInfo> ticks = Channel.CreateUnbounded<TimerInfo>();

    public string Greeting { get; set; } = "Hello";

    public ConcurrentQueue<string> Trace { get; } = new();

    public ChannelReader<TimerInfo> Ticks => ticks.Reader;

    public SemaphoreSlim? HoldTicks { get; set; }

    public async Task TickAsync(TimerInfo timer, CancellationToken cancellationToken)
    {
        await ticks.Writer.WriteAsync(timer, cancellationToken);
        if (HoldTicks is { } hold)
        {
            await hold.WaitAsync(cancellationToken);
        }
    }
}
