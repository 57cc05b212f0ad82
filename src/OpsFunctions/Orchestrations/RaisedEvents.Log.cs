using Microsoft.Extensions.Logging;
using OpsFunctions.Activities;
using OpsManager.Core.Runs;

namespace OpsFunctions.Orchestrations;

internal sealed partial class RaisedEvents
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Event} that asks for something of run {RunId}: {Outcome}, trace {TraceId}")]
    private static partial void EventTaken(ILogger logger, RunId runId, string @event, TakeEventOutcome outcome, string? traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Event} that asks for something of run {RunId} could not be kept in {Tries} cycles and is given up, trace {TraceId}")]
    private static partial void EventGivenUp(ILogger logger, RunId runId, string @event, int tries, string? traceId);
}
