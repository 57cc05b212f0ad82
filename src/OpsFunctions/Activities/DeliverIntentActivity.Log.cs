using Microsoft.Extensions.Logging;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

public sealed partial class DeliverIntentActivity
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Intent {Intent} of run {RunId}, {Verb} by {By}, send {Sends}: {Outcome} ({Code}), trace {TraceId}")]
    private static partial void Sent(ILogger logger, IntentId intent, RunId runId, IntentVerb verb, string by, int sends, DeliveryOutcome outcome, string code, string? traceId);
}
