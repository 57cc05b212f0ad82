using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using OpsFunctions.Api;

namespace OpsFunctions.Http;

/// <summary>A place in an audit trail, opaque to clients: entries are ordered by time, then by what they are about.</summary>
/// <param name="At">Time in ticks.</param>
/// <param name="Kind">What the entry is about.</param>
/// <param name="Number">Number of its subject.</param>
/// <param name="Step">Step within it.</param>
/// <param name="Id">Id of a subject without a number; empty for the others.</param>
public readonly record struct AuditPosition(long At, AuditKind Kind, long Number, int Step, string Id)
{
    private const int MaximumLength = 256;

    /// <summary>The order of entries.</summary>
    public static IComparer<AuditPosition> Order { get; } = Comparer<AuditPosition>.Create(static (one, other) =>
    {
        var order = one.At.CompareTo(other.At);
        order = order != 0 ? order : one.Kind.CompareTo(other.Kind);
        order = order != 0 ? order : one.Number.CompareTo(other.Number);
        order = order != 0 ? order : one.Step.CompareTo(other.Step);
        return order != 0 ? order : string.CompareOrdinal(one.Id, other.Id);
    });

    /// <inheritdoc/>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1.{At}.{(int)Kind}.{Number}.{Step}.{Id}")));

    /// <summary>Reads a position that an answer held.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditPosition position)
    {
        position = default;
        if (text is null or { Length: 0 or > MaximumLength } || !Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        if (parts is not ["1", var at, var kind, var number, var step, var id]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || !int.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out var kindNumber)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var subject)
            || !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var stepNumber))
        {
            return false;
        }

        position = new AuditPosition(ticks, (AuditKind)kindNumber, subject, stepNumber, id);
        return true;
    }
}
