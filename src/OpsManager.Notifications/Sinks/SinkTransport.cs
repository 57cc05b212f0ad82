using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using OpsManager.Notifications.Configuration;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Notifications.Sinks;

/// <summary>Posts JSON to a sink and reads what the answer means. Knows HTTP and nothing of messages.</summary>
internal sealed class SinkTransport(IHttpClientFactory clients, EgressPolicy egress, IOptions<NotificationOptions> options, TimeProvider time)
{
    public const string HttpClientName = "notification-sinks";

    // Enough of an error page to say what is wrong.
    private const int AnswerLimit = 2048;

    /// <param name="address">Where to.</param>
    /// <param name="body">The JSON.</param>
    /// <param name="headers">Headers of the sink's own.</param>
    /// <param name="secrets">What must never appear in a record, such as a part of the address.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SinkResult> PostAsync(
        Uri address, byte[] body, IReadOnlyList<(string Name, string Value)> headers, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        if (egress.Refuse(address) is { } refusal)
        {
            return new SinkResult.Failed(SinkErrorCodes.HostNotAllowed, refusal, null);
        }

        using var deadline = new CancellationTokenSource(options.Value.SendTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in headers)
            {
                request.Headers.Add(name, value);
            }

            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            if (response.IsSuccessStatusCode)
            {
                return new SinkResult.Delivered();
            }

            return Read(response, Clean(await BeginningAsync(response, linked.Token), secrets));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SinkResult.Failed(SinkErrorCodes.Timeout, $"No complete answer within {options.Value.SendTimeout.TotalSeconds:0.###} s.", null);
        }
        catch (HttpRequestException error) when (error.InnerException is EndpointRefusedException refused)
        {
            return new SinkResult.Failed(SinkErrorCodes.HostNotAllowed, Clean(refused.Message, secrets), null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new SinkResult.Failed(SinkErrorCodes.Unreachable, Clean($"No connection: {error.InnerException?.Message ?? error.Message}", secrets), null);
        }
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[AnswerLimit];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken));
    }

    private static string Clean(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return DetailText.Clean(text);
    }

    private SinkResult Read(HttpResponseMessage response, string said)
    {
        var status = (int)response.StatusCode;
        var code = string.Create(CultureInfo.InvariantCulture, $"http_{status}");
        var detail = said.Length == 0 ? $"HTTP {status}" : DetailText.Clean($"HTTP {status}: {said}");
        return response.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new SinkResult.Failed(code, detail, RetryAfter(response)),
            >= HttpStatusCode.InternalServerError => new SinkResult.Failed(code, detail, RetryAfter(response)),
            >= HttpStatusCode.BadRequest => new SinkResult.Refused(code, detail),
            _ => new SinkResult.Refused(SinkErrorCodes.Redirected, $"HTTP {status}: redirects are not followed; configure the final address."),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked > TimeSpan.Zero ? asked : null;
    }
}
