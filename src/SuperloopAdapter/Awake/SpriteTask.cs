using System.Net.Sockets;
using System.Text;

namespace SuperloopAdapter.Awake;

/// <summary>The sprite's task interface, on a socket inside the sprite: while a task is held, the sprite is not put to sleep.</summary>
internal sealed class SpriteTask : IDisposable
{
    public const string DefaultSocket = "/.sprite/api.sock";

    private readonly HttpClient client;
    private readonly Uri address;

    public SpriteTask(string socket, string name)
    {
        address = new Uri($"http://sprite/v1/tasks/{name}");
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        })
        {
            Timeout = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>Makes the task, or makes it last longer.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        using var content = new StringContent("{\"expire\":\"5m\"}", Encoding.UTF8, "application/json");
        return await SentAsync(() => client.PutAsync(address, content, cancellation));
    }

    /// <summary>Gives the task up; it would end by itself in five minutes.</summary>
    public Task<bool> ReleaseAsync(CancellationToken cancellation) => SentAsync(() => client.DeleteAsync(address, cancellation));

    public void Dispose() => client.Dispose();

    private static async Task<bool> SentAsync(Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            using var response = await send();
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return false;
        }
    }
}
