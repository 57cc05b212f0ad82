namespace SuperloopAdapter.Log;

/// <summary>Why a line is no event: words of <c>ext.quarantine.reason</c>.</summary>
internal static class QuarantineReasons
{
    public const string InvalidUtf8 = "invalid_utf8";
    public const string InvalidJson = "invalid_json";
    public const string InvalidText = "invalid_text";
    public const string NotAnObject = "not_an_object";
    public const string MissingEventName = "missing_event_name";
    public const string MissingTimestamp = "missing_timestamp";
    public const string TooLong = "too_long";
}
