using System.Buffers;

namespace SuperloopAdapter;

/// <summary>
/// A loop id becomes a folder name and a process argument, so its alphabet is closed: letters, digits, dot, dash and
/// underscore, at most 128, beginning with a letter or digit. That also rules out '..', separators and options.
/// </summary>
internal static class LoopId
{
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid(string loopId) =>
        loopId.Length is > 0 and <= MaxLength && char.IsAsciiLetterOrDigit(loopId[0]) && !loopId.AsSpan().ContainsAnyExcept(Alphabet);

    public static void Check(string? loopId)
    {
        if (string.IsNullOrEmpty(loopId))
        {
            throw new AdapterException(AdapterError.InvalidRequest("loopId is required"));
        }

        if (!IsValid(loopId))
        {
            throw new AdapterException(AdapterError.InvalidRequest("loopId may have letters, digits, '.', '_' and '-' only, and at most 128 of them"));
        }
    }
}
