using Microsoft.Extensions.Logging;
using OpsFunctions.Middleware;
using OpsManager.Core.Runs;

namespace OpsFunctions.Telemetry;

/// <summary>Puts a run's id and trace id on every log line written below.</summary>
internal static class RunLogScope
{
    public static IDisposable? BeginRunScope(this ILogger logger, RunSpec spec)
    {
        var scope = new Dictionary<string, object>(StringComparer.Ordinal) { ["runId"] = spec.RunId.Value };
        if (RequestTrace.IdOf(spec.TraceParent) is { } traceId)
        {
            scope["traceId"] = traceId;
        }

        return logger.BeginScope(scope);
    }
}
