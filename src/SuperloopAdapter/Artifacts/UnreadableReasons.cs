namespace SuperloopAdapter.Artifacts;

/// <summary>Why an artifact that exists has no value: words of <c>ext.unreadable</c>.</summary>
internal static class UnreadableReasons
{
    /// <summary>Empty, half-written or changing all the while it was read.</summary>
    public const string Torn = "torn";

    /// <summary>Larger than the adapter is willing to hold.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Valid JSON, but not the object this artifact is.</summary>
    public const string NotAnObject = "not_an_object";

    /// <summary>Valid JSON but for text that is no UTF-8, or an escape of half a surrogate pair.</summary>
    public const string InvalidText = "invalid_text";
}
