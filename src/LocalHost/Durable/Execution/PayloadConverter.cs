using System.Diagnostics.CodeAnalysis;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Execution;

/// <summary>The app's converter, with the limit of what one table row can hold.</summary>
internal sealed class PayloadConverter(DataConverter inner) : DataConverter
{
    [return: NotNullIfNotNull(nameof(value))]
    public override string? Serialize(object? value)
    {
        if (value is null)
        {
            return null;
        }

        string text = inner.Serialize(value);
        LargeText.EnsureStorable(text);
        return text;
    }

    [return: NotNullIfNotNull(nameof(data))]
    public override object? Deserialize(string? data, Type targetType) => inner.Deserialize(data, targetType);
}
