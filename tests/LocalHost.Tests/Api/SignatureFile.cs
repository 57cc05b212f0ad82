using OpsManager.Testing;

namespace LocalHost.Tests.Api;

/// <summary>The committed lists beside this file.</summary>
internal static class SignatureFile
{
    public static IReadOnlyList<string> Published { get; } = Read("signatures.txt");

    /// <summary>
    /// <c>- signature # reason</c>: published and not declared; a type alone stands for all of it.
    /// <c>+ signature # reason</c>: declared and not in the list of the published.
    /// </summary>
    public static IReadOnlyList<(bool IsExtra, string Signature, string Reason)> Differences { get; } = Read("differences.txt")
        .Select(line =>
        {
            int reason = line.LastIndexOf(" # ", StringComparison.Ordinal);
            return (line.StartsWith('+'), line[2..reason], line[(reason + 3)..]);
        })
        .ToList();

    /// <summary>The type that a line, or a difference that stands for a whole type, is about.</summary>
    public static string TypeOf(string line) => line.Split(" | ", 2)[0];

    private static List<string> Read(string name)
        => File.ReadAllLines(RepositoryRoot.Combine("tests", "LocalHost.Tests", "Api", name))
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToList();
}
