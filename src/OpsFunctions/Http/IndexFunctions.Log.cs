using Microsoft.Extensions.Logging;

namespace OpsFunctions.Http;

public sealed partial class IndexFunctions
{
    [LoggerMessage(EventName = "IndexRebuilt", Level = LogLevel.Information, Message = "The list was made anew from {Runs} runs")]
    private static partial void IndexRebuilt(ILogger logger, int runs);
}
