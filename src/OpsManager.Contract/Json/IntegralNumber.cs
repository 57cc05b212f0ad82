using System.Text.Json;

namespace OpsManager.Contract;

/// <summary>What counts as an integer on the wire. <c>5</c>, <c>5.0</c> and <c>5e0</c> are one number: not every JSON writer keeps its form.</summary>
internal static class IntegralNumber
{
    public static bool TryRead(JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number
            && (element.TryGetInt64(out value) || (element.TryGetDecimal(out var number) && TryNarrow(number, out value)));
    }

    public static long Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number
            && (reader.TryGetInt64(out var value) || (reader.TryGetDecimal(out var number) && TryNarrow(number, out value))))
        {
            return value;
        }

        throw new JsonException("Expected an integer.");
    }

    private static bool TryNarrow(decimal number, out long value)
    {
        var integral = decimal.Truncate(number) == number && number is >= long.MinValue and <= long.MaxValue;
        value = integral ? (long)number : 0;
        return integral;
    }
}
