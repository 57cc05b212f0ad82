using Microsoft.Extensions.Logging;

namespace OpsManager.Storage.Documents;

/// <summary>Says what a search passed over: one row that cannot be read must not hide the rows beside it.</summary>
internal static partial class UnreadableDocuments
{
    [LoggerMessage(EventName = "DocumentUnreadable", Level = LogLevel.Error, Message = "A row was passed over: {Reason}")]
    private static partial void LogPassedOver(ILogger logger, Exception exception, string reason);

    /// <summary>Logs it; what it says names the row.</summary>
    public static void PassOver(this ILogger logger, UnreadableDocumentException exception) => LogPassedOver(logger, exception, exception.Message);
}
