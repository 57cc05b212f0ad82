using OpsManager.Core.Runs;

namespace OpsManager.Core.Alerts;

/// <summary>Compares labels with what somebody wrote: <c>key</c>, or <c>key=value</c>.</summary>
public static class LabelMatch
{
    /// <summary>Whether one of the labels is meant.</summary>
    public static bool Any(IEnumerable<RunLabel> labels, string wanted)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.Any(label => label.Key == wanted || $"{label.Key}={label.Value}" == wanted);
    }
}
