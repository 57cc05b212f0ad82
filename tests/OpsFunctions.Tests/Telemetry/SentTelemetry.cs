using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Monitor.OpenTelemetry.Exporter;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>What an exporter sends to Application Insights, which takes everything.</summary>
internal sealed class SentTelemetry : HttpMessageHandler
{
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>Has an exporter send here.</summary>
    public void Capture(AzureMonitorExporterOptions options)
    {
        options.Transport = new HttpClientTransport(this);
        options.DisableOfflineStorage = true;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = request.Content!.ReadAsStream(cancellationToken);
        using var reader = new StreamReader(request.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(content, CompressionMode.Decompress) : content);
        Bodies.Enqueue(reader.ReadToEnd());
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"itemsReceived":1,"itemsAccepted":1,"errors":[]}""", Encoding.UTF8, "application/json") };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));
}
