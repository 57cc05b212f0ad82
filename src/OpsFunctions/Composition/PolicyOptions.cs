namespace OpsFunctions.Composition;

/// <summary>Settings of policies, section <c>Policies</c>.</summary>
public sealed class PolicyOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Policies";

    /// <summary>Path of a file with profiles of the operator's own, which takes the place of those that come with the manager.</summary>
    public string? ProfilesFile { get; set; }
}
