using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace OpsFunctions.Middleware;

/// <summary>The trace a request belongs to.</summary>
public static class RequestTrace
{
    /// <summary>W3C header with the caller's trace.</summary>
    public const string TraceParentHeader = "traceparent";

    /// <summary>Header with the caller's own name for the request, echoed.</summary>
    public const string RequestIdHeader = "x-request-id";

    private const int RequestIdLimit = 128;
    private static readonly object Key = new();

    /// <summary>The trace context of a request: the caller's, the host's, or a new one. The same for every question about one request.</summary>
    public static string TraceParentOf(HttpContext context)
    {
        if (context.Items.TryGetValue(Key, out var known) && known is string traceParent)
        {
            return traceParent;
        }

        traceParent = Find(context.Request);
        context.Items[Key] = traceParent;
        return traceParent;
    }

    /// <summary>The trace id of a request, 32 hexadecimal digits.</summary>
    public static string IdOf(HttpContext context) => IdOf(TraceParentOf(context))!;

    /// <summary>The trace id in a trace context, or null.</summary>
    public static string? IdOf(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, out var parsed) ? parsed.TraceId.ToHexString() : null;

    /// <summary>The caller's name for the request, if it is harmless in a header and a log.</summary>
    public static string? RequestIdOf(HttpRequest request)
    {
        var text = request.Headers[RequestIdHeader].ToString();
        return text.Length is > 0 and <= RequestIdLimit && text.All(c => c is > ' ' and < (char)127) ? text : null;
    }

    private static string Find(HttpRequest request)
    {
        var header = request.Headers[TraceParentHeader].ToString();
        if (ActivityContext.TryParse(header, null, out _))
        {
            return header;
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            return id;
        }

        return $"00-{ActivityTraceId.CreateRandom().ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01";
    }
}
