using OpsManager.Testing;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>Files in the repository that are made from the code.</summary>
internal static class Committed
{
    private const string Variable = "OPS_UPDATE_OPENAPI";

    /// <summary>Whether the files are to be written instead of compared.</summary>
    public static bool IsUpdate => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Fails unless a file has this content; writes it when told to.</summary>
    public static void Check(string path, string content)
    {
        var file = RepositoryRoot.Combine(path.Split('/'));
        if (IsUpdate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
            return;
        }

        Assert.True(File.Exists(file), $"{path} is missing. {Hint}");
        if (File.ReadAllText(file) != content)
        {
            var (line, expected, actual) = FirstDifference(File.ReadAllText(file).Split('\n'), content.Split('\n'));
            Assert.Fail($"{path} is not what the code says. {Hint}\nLine {line}: committed '{expected}', now '{actual}'.");
        }
    }

    private static string Hint => $"Run {Variable}=1 dotnet test tests/OpsFunctions.Tests --filter CommittedDocument, look at the difference, commit it.";

    private static (int Line, string Expected, string Actual) FirstDifference(string[] expected, string[] actual)
    {
        var line = 0;
        while (line < expected.Length && line < actual.Length && expected[line] == actual[line])
        {
            line++;
        }

        return (line + 1, line < expected.Length ? expected[line] : "<end>", line < actual.Length ? actual[line] : "<end>");
    }
}
