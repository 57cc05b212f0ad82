using System.Threading.Channels;

namespace OpsFunctions.Escalations;

/// <summary>
/// Says on this instance that there may be something to tell, so that nobody waits for the timer. Losing it costs half a minute and
/// nothing else: what is to be told stands in the store.
/// </summary>
public sealed class NotificationSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says it. Many at once are one.</summary>
    public void Raise() => _channel.Writer.TryWrite(true);

    /// <summary>Waits until somebody says it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _channel.Reader.ReadAsync(cancellationToken);
}
