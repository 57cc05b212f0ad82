namespace LocalHost.Tests.Packaging;

/// <summary>An item of a project, with its metadata.</summary>
public sealed record EvaluatedItem(string Include, IReadOnlyDictionary<string, string> Metadata)
{
    public string this[string name] => Metadata.GetValueOrDefault(name, string.Empty);
}
