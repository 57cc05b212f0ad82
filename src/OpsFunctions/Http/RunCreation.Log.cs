using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class RunCreation
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId} accepted: loop {LoopId} on sprite {Sprite} ({Launch}), trace {TraceId}")]
    private static partial void RunAccepted(ILogger logger, RunId runId, LoopId loopId, SpriteName sprite, LaunchKind launch, string traceId);
}
