using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Sprites.Adapter;

/// <summary>Sends one request and reads one bounded answer. Knows HTTP and nothing of envelopes.</summary>
internal sealed partial class AdapterTransport(
    IHttpClientFactory clients,
    IEndpointPolicy policy,
    AdapterTokens tokens,
    IOptionsMonitor<AdapterClientOptions> options,
    TimeProvider time)
{
    private const int ReadSize = 64 * 1024;

    public async Task<AdapterReply> SendAsync(
        SpriteRef sprite,
        HttpMethod method,
        string relative,
        byte[]? json,
        string? traceId,
        TimeSpan limit,
        CancellationToken cancellationToken,
        int maxBytes = int.MaxValue)
    {
        maxBytes = Math.Min(maxBytes, options.CurrentValue.MaxResponseBytes);
        if (policy.Refuse(sprite.Endpoint) is { } refusal)
        {
            return Failure(AdapterFailureCodes.EndpointNotAllowed, refusal, null);
        }

        string? token = null;
        if (sprite.TokenName is not null && (token = tokens.Find(sprite.TokenName)) is null)
        {
            return Failure(
                AdapterFailureCodes.AdapterTokenMissing,
                $"Setting {AdapterClientOptions.Section}:Tokens:{sprite.TokenName} is not there or cannot be sent in a header.",
                null);
        }

        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var what = $"{method} {relative.Split('?')[0]}";
        try
        {
            using var request = Build(sprite, method, relative, json, traceId, token);
            using var client = clients.CreateClient(SpriteBoundaryServices.HttpClientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            var body = await ReadAsync(response, maxBytes, linked.Token);
            return body is null
                ? Failure(AdapterFailureCodes.ResponseTooLarge, $"{what}: the answer is larger than {maxBytes} bytes.", token)
                : new AdapterReply((int)response.StatusCode, body, token, null, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure(AdapterFailureCodes.TransportTimeout, $"{what}: no complete answer within {limit.TotalSeconds:0.###} s.", token);
        }
        catch (HttpRequestException e) when (e.InnerException is EndpointRefusedException refused)
        {
            return Failure(AdapterFailureCodes.EndpointNotAllowed, refused.Message, token);
        }
        catch (HttpRequestException e)
        {
            return Failure(Map(e.HttpRequestError), $"{what}: {Describe(e.HttpRequestError)}: {e.InnerException?.Message ?? e.Message}", token);
        }
        catch (HttpIOException e)
        {
            return Failure(Map(e.HttpRequestError), $"{what}: {Describe(e.HttpRequestError)}: {e.Message}", token);
        }
        catch (IOException e)
        {
            return Failure(AdapterFailureCodes.TransportUnreachable, $"{what}: the connection broke: {e.Message}", token);
        }
    }

    private static HttpRequestMessage Build(SpriteRef sprite, HttpMethod method, string relative, byte[]? json, string? traceId, string? token)
    {
        // An endpoint may have a path of its own, which a base address without a closing slash would lose.
        var root = sprite.Endpoint.AbsoluteUri.TrimEnd('/') + "/";
        var request = new HttpRequestMessage(method, new Uri(root + relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        // Without a span around the call the adapter still learns the trace by the header of its own contract.
        var span = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity : null;
        if (span is not null)
        {
            request.Headers.Add("traceparent", span.Id);
        }

        traceId ??= span?.TraceId.ToHexString();
        if (traceId is not null && TraceShape().IsMatch(traceId))
        {
            request.Headers.Add("X-Trace-Id", traceId);
        }

        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var announced = response.Content.Headers.ContentLength;
        if (announced > limit)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);

        // The announced length is not believed further than one read.
        var collected = new ArrayBufferWriter<byte>((int)Math.Clamp(announced ?? 0, 1, ReadSize));
        int read;
        while ((read = await stream.ReadAsync(collected.GetMemory(), cancellationToken)) > 0)
        {
            if (collected.WrittenCount + read > limit)
            {
                return null;
            }

            collected.Advance(read);
        }

        return collected.WrittenSpan.ToArray();
    }

    private static string Map(HttpRequestError error) => error switch
    {
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError => AdapterFailureCodes.InvalidTransportPayload,
        HttpRequestError.ConfigurationLimitExceeded => AdapterFailureCodes.ResponseTooLarge,
        _ => AdapterFailureCodes.TransportUnreachable,
    };

    private static string Describe(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "the name does not resolve",
        HttpRequestError.SecureConnectionError => "TLS failed",
        HttpRequestError.ResponseEnded => "the connection was cut off",
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => "the answer is not HTTP",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's header is too large",
        _ => "no connection",
    };

    private static AdapterReply Failure(string code, string detail, string? secret) => new(0, [], secret, code, DetailText.Clean(detail, secret));

    [GeneratedRegex(@"^[A-Za-z0-9._:/-]{1,128}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TraceShape();
}
