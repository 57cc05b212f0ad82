using System.Net;
using System.Net.Sockets;

namespace SuperloopAdapter.Awake;

/// <summary>
/// Tells the manager that a poll would find something. It carries no data and nothing waits for it: a nudge that is lost costs
/// one polling interval. Calls are debounced, failures are tried again ever later, and a refusal ends the matter until there is
/// something new.
/// </summary>
internal sealed partial class Nudger : IAsyncDisposable
{
    private readonly NudgeOptions options;
    private readonly HttpClient client;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SemaphoreSlim pending = new(0, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task sending;

    public Nudger(NudgeOptions options, HttpMessageHandler handler, TimeProvider time, ILogger log)
    {
        this.options = options;
        this.time = time;
        this.log = log;
        client = new HttpClient(handler) { Timeout = options.Timeout };
        sending = Task.Run(SendAsync);
    }

    /// <summary>A handler that goes to the configured address only: a redirect could carry the key elsewhere.</summary>
    public static HttpMessageHandler Handler() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    /// <summary>Asks for a nudge; returns at once. Asked again before it went out, it stays one.</summary>
    public void Notify()
    {
        try
        {
            pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // One is waiting to go out already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sending;
        stopping.Dispose();
        pending.Dispose();
        client.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await pending.WaitAsync(stopping.Token);
                var failures = 0;
                while (!await TryAsync())
                {
                    var pause = options.FirstPause * Math.Pow(2, Math.Min(failures++, 20));
                    await Task.Delay(pause < options.LongestPause ? pause : options.LongestPause, time, stopping.Token);
                }

                await Task.Delay(options.Debounce, time, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    /// <summary>Whether the matter is done with: taken, or refused for good.</summary>
    private async Task<bool> TryAsync()
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.Address) { Content = new ByteArrayContent([]) };
            if (options.Key is { } key)
            {
                request.Headers.TryAddWithoutValidation("x-functions-key", key);
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping.Token);
            var again = (int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
            if (!response.IsSuccessStatusCode)
            {
                Refused((int)response.StatusCode, again);
            }

            return !again;
        }
        // A socket's own error comes through when the other end goes away right after the connection was made.
        catch (Exception e) when (e is HttpRequestException or SocketException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            Unreachable(e.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The nudge was answered {Status}; tried again: {Again}")]
    private partial void Refused(int status, bool again);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The nudge did not arrive ({Failure}) and is tried again")]
    private partial void Unreachable(string failure);
}
