using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

public sealed partial class ApplyActivity
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The list is behind run {RunId} at revision {Revision}, trace {TraceId}")]
    private static partial void IndexBehind(ILogger logger, Exception exception, RunId runId, long revision, string? traceId);
}
