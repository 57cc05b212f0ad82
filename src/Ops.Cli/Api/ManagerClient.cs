using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ops.Cli.Api;

/// <summary>The manager's HTTP API, from the environment's address and key.</summary>
internal sealed class ManagerClient : IDisposable
{
    private readonly HttpClient _http;

    private ManagerClient(Uri baseAddress, string key, string actor)
    {
        // Longer than the longest long-poll.
        _http = new HttpClient { BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Add("x-functions-key", key);
        _http.DefaultRequestHeaders.Add("X-Ops-Actor", actor);
    }

    /// <exception cref="ManagerException">The environment does not say where the manager is, or not in a way that can be called.</exception>
    public static ManagerClient FromEnvironment(string actor)
    {
        var address = Environment.GetEnvironmentVariable("OPS_BASE_URL");
        var key = Environment.GetEnvironmentVariable("OPS_KEY");
        if (string.IsNullOrEmpty(address) || string.IsNullOrEmpty(key))
        {
            throw new ManagerException(ExitCodes.Usage, "Set OPS_BASE_URL and OPS_KEY, or start a manager with ./ops up.");
        }

        // localhost:7071 is an absolute address as well, of the scheme "localhost".
        if (!Uri.TryCreate(address, UriKind.Absolute, out var baseAddress) || (baseAddress.Scheme != Uri.UriSchemeHttp && baseAddress.Scheme != Uri.UriSchemeHttps))
        {
            throw new ManagerException(ExitCodes.Usage, $"OPS_BASE_URL takes an address that begins with http:// or https://, such as http://127.0.0.1:7071; '{address}' is none.");
        }

        return new ManagerClient(baseAddress, key, actor);
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, path), cancellationToken);

    public Task<JsonElement> PostAsync(string path, JsonNode? body, string? idempotencyKey, CancellationToken cancellationToken) => SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
            if (idempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            }

            return request;
        },
        cancellationToken);

    /// <summary>Changes what still has the tag it was read with.</summary>
    public Task<JsonElement> PatchAsync(string path, JsonNode body, string etag, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body), Headers = { { "If-Match", etag } } },
        cancellationToken);

    /// <summary>The items of a list, page after page.</summary>
    public async IAsyncEnumerable<JsonElement> ReadAllAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? next = path; next is not null;)
        {
            var page = await GetAsync(next, cancellationToken);
            foreach (var item in page.Items("value"))
            {
                yield return item;
            }

            // Links carry the manager's outer address, which need not be the one it is called at.
            next = page.Text("nextLink") is { } link ? new Uri(link).PathAndQuery : null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using var request = create();
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return text.Length == 0 ? default : JsonElement.Parse(text);
            }

            throw new ManagerException(ExitCodeOf(response.StatusCode), Describe(response, text), response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or JsonException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ManagerException(ExitCodes.Error, $"The manager at {_http.BaseAddress} did not answer: {exception.Message}");
        }
    }

    private static int ExitCodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCodes.Unauthorized,
        HttpStatusCode.Conflict or HttpStatusCode.Gone or HttpStatusCode.PreconditionFailed or HttpStatusCode.PreconditionRequired or HttpStatusCode.TooManyRequests => ExitCodes.Refused,
        HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity => ExitCodes.Usage,
        _ => ExitCodes.Error,
    };

    private static string Describe(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return $"The manager answered {(int)response.StatusCode} {response.ReasonPhrase}.";
        }

        var problem = JsonElement.Parse(text);
        var message = problem.Text("detail") ?? problem.Text("title") ?? response.ReasonPhrase;
        return problem.Text("code") is { } code ? $"{message} ({code})" : message ?? string.Empty;
    }
}
