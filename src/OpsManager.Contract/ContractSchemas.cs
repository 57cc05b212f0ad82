using System.Reflection;
using System.Text;

namespace OpsManager.Contract;

/// <summary>The JSON Schemas (2020-12) of the contract, embedded in this assembly. Each stands alone and refers to no other file.</summary>
public static class ContractSchemas
{
    /// <summary>File name of the snapshot's schema.</summary>
    public const string Snapshot = "loop_run_snapshot.v1.json";

    /// <summary>File name of the event's schema.</summary>
    public const string Event = "loop_run_event.v1.json";

    /// <summary>All file names, ordered.</summary>
    public static IReadOnlyList<string> Names { get; } = [Event, Snapshot];

    /// <summary>Opens a schema.</summary>
    /// <param name="name">One of <see cref="Names"/>; anything else gives null, so that a name from a request can be passed as it is.</param>
    public static Stream? Open(string name) =>
        Names.Contains(name, StringComparer.Ordinal) ? Assembly.GetExecutingAssembly().GetManifestResourceStream(name) : null;

    /// <summary>Reads a schema.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no schema of that name.</exception>
    public static string GetText(string name)
    {
        using var stream = Open(name) ?? throw new ArgumentException($"No schema '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
