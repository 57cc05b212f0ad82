using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class PreflightProbe
{
    [LoggerMessage(Level = LogLevel.Information, Message = "A run on sprite {Sprite} is accepted although its adapter did not answer the probe ({Code}), trace {TraceId}")]
    private static partial void AcceptedUnseen(ILogger logger, SpriteName sprite, string code, string traceId);
}
