using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class DeleteRunFunctions
{
    [LoggerMessage(EventName = "PurgeOrdered", Level = LogLevel.Information, Message = "Run {RunId} is deleted for {By}, trace {TraceId}")]
    private static partial void PurgeOrdered(ILogger logger, RunId runId, string? by, string traceId);

    [LoggerMessage(EventName = "ClaimReleased", Level = LogLevel.Warning, Message = "Run {RunId} is deleted for {By}, and sprite {Sprite} is given back without proof that nothing of the run lives there, trace {TraceId}")]
    private static partial void ClaimReleased(ILogger logger, RunId runId, SpriteName sprite, string? by, string traceId);
}
