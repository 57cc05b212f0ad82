using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>A position in a run's events, opaque to clients.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Epoch">
/// The life of the run's partition: a run that was deleted and created again under the same id counts anew, and a cursor into the
/// old events must not silently fit the new ones.
/// </param>
/// <param name="Sequence">The last event read; 0 before the first.</param>
public readonly record struct EventCursor(RunId RunId, long Epoch, long Sequence)
{
    private const int MaximumLength = 256;

    /// <summary>The position in a run after an event.</summary>
    public static EventCursor After(RunHead head, long sequence) => new(head.Run.Spec.RunId, EpochOf(head), sequence);

    /// <summary>Whether a run can be read on from here.</summary>
    public bool IsServedBy(RunHead head) =>
        RunId == head.Run.Spec.RunId && Epoch == EpochOf(head) && Sequence >= 0 && Sequence <= head.StoredThrough;

    /// <inheritdoc/>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1.{RunId}.{Epoch}.{Sequence}")));

    /// <summary>Reads a cursor that an answer held.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventCursor cursor)
    {
        cursor = default;
        if (text is null or { Length: 0 or > MaximumLength } || !Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        if (parts is not ["1", var run, var epoch, var sequence]
            || !RunId.TryParse(run, out var runId)
            || !long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var epochNumber)
            || !long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var sequenceNumber))
        {
            return false;
        }

        cursor = new EventCursor(runId, epochNumber, sequenceNumber);
        return true;
    }

    private static long EpochOf(RunHead head) => head.Run.Spec.CreatedAt.ToUnixTimeMilliseconds();
}
