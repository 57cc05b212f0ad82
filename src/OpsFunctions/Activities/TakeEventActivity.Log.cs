using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

public sealed partial class TakeEventActivity
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "An event raised at the engine of run {RunId} cannot be read: {Reason}")]
    private static partial void Unreadable(ILogger logger, RunId runId, string reason);
}
