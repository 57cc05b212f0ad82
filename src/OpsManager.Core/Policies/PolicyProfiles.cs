using System.Reflection;
using System.Text;

namespace OpsManager.Core.Policies;

/// <summary>The profiles that come with the manager: profiles.v1.json. The lag and streak numbers are those Superloop's users know.</summary>
public static class PolicyProfiles
{
    /// <summary>The set a run has when it names none.</summary>
    public const string Default = "balanced";

    /// <summary>Name of the document in this assembly.</summary>
    public const string DocumentName = "profiles.v1.json";

    private static readonly Lazy<ProfileSet> Shipped = new(static () => ProfileSet.Parse(ReadDocument()));

    /// <summary>The profiles.</summary>
    public static ProfileSet BuiltIn => Shipped.Value;

    /// <summary>Names of all profiles.</summary>
    public static IReadOnlyCollection<string> Names => BuiltIn.Names;

    /// <summary>The profile of that name, or null.</summary>
    public static RunPolicy? Find(string name) => BuiltIn.Find(name);

    private static string ReadDocument()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(DocumentName)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
