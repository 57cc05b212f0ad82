using Microsoft.Extensions.Logging;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class IntentIntake
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Intent {Intent} of run {RunId}: {Verb} by {By} is {Status}, trace {TraceId}")]
    private static partial void Taken(ILogger logger, IntentId intent, RunId runId, IntentVerb verb, string by, IntentStatus status, string? traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list is behind run {RunId} at revision {Revision}, trace {TraceId}")]
    private static partial void IndexBehind(ILogger logger, Exception exception, RunId runId, long revision, string? traceId);
}
