namespace Microsoft.DurableTask.Abstractions;

public static class TaskOrchestrationVersioningUtils
{
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        bool noSource = string.IsNullOrWhiteSpace(sourceVersion);
        bool noOther = string.IsNullOrWhiteSpace(otherVersion);
        if (noSource || noOther)
        {
            return noOther.CompareTo(noSource);
        }

        return Version.TryParse(sourceVersion, out Version? source) && Version.TryParse(otherVersion, out Version? other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
