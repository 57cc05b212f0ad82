using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Timers;

public sealed partial class InstanceRemover
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all orchestration instances of run {RunId} could be removed; the next tick tries again")]
    private static partial void RemovalFailed(ILogger logger, Exception exception, RunId runId);
}
