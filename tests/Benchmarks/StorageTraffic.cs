using System.Diagnostics.Tracing;

namespace OpsManager.Benchmarks;

/// <summary>
/// Counts the HTTP requests that leave this process, as the platform itself announces them: whatever a client library does beneath its
/// calls is in the numbers, retries included. Ours and the hub's are told apart by the host name by which each reaches the same storage.
/// </summary>
internal sealed class StorageTraffic : EventListener
{
    public const string OwnHost = "localhost";
    public const string HubHost = "127.0.0.1";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(8);
    private const int CalmGlances = 4;

    private int _own;
    private int _hub;
    private int _open;

    public int Own => Volatile.Read(ref _own);

    public int Hub => Volatile.Read(ref _hub);

    /// <summary>Waits until no request is open and none has begun for a while: whatever the last timer set off is done.</summary>
    public async Task CalmAsync()
    {
        var calm = 0;
        var seen = -1;
        while (calm < CalmGlances)
        {
            await Task.Delay(Glance);
            var now = Own + Hub;
            calm = now == seen && Volatile.Read(ref _open) == 0 ? calm + 1 : 0;
            seen = now;
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Net.Http")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        switch (eventData.EventName)
        {
            case "RequestStart":
                Interlocked.Increment(ref _open);
                switch (eventData.Payload?[1] as string)
                {
                    case OwnHost:
                        Interlocked.Increment(ref _own);
                        break;
                    case HubHost:
                        Interlocked.Increment(ref _hub);
                        break;
                }

                break;
            case "RequestStop":
                Interlocked.Decrement(ref _open);
                break;
        }
    }
}
