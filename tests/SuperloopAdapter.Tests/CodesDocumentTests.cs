using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using OpsManager.Testing;
using SuperloopAdapter.Cli;

namespace SuperloopAdapter.Tests;

/// <summary>The codes that the documents list are those that the code has.</summary>
public sealed partial class CodesDocumentTests
{
    [Fact]
    public void Every_refusal_code_is_documented_and_every_documented_one_exists()
    {
        var inCode = Directory.EnumerateFiles(RepositoryRoot.Combine("src", "SuperloopAdapter"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static file => Raised().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups["code"].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "adapter.md")).Split("### Codes")[1].Split("\n## ")[0];
        Assert.Equal(inCode, Row().Matches(document).Select(static match => match.Groups["code"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_exit_code_is_documented_and_every_documented_one_exists()
    {
        var inCode = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (int)field.GetRawConstantValue()!).Order();
        var document = File.ReadAllText(RepositoryRoot.Combine("src", "SuperloopAdapter", "README.md")).Split("| Exit code |")[1].Split("\n\n")[0];
        Assert.Equal(inCode, Number().Matches(document).Select(static match => int.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Every_reason_of_an_unreadable_file_or_line_is_documented()
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("src", "SuperloopAdapter", "README.md"));
        var reasons = new[] { typeof(Artifacts.UnreadableReasons), typeof(Log.QuarantineReasons) }
            .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(static field => (string)field.GetRawConstantValue()!);
        Assert.All(reasons, reason => Assert.Matches($@"\b{reason}\b", document));
    }

    [Fact]
    public void Every_test_that_is_named_as_proof_exists()
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "adapter.md")).Split("### Proof")[1].Split("\n### ")[0];
        var named = Proof().Matches(document).Select(static match => match.Groups["test"].Value).ToList();
        var tests = typeof(CodesDocumentTests).Assembly.GetTypes().SelectMany(static type => type.GetMethods())
            .Where(static method => method.GetCustomAttributes<FactAttribute>().Any())
            .Select(static method => method.Name);
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(tests, StringComparer.Ordinal));
    }

    [GeneratedRegex("`(?<test>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Proof();

    [GeneratedRegex("""(?:\b(?:Refuse|Refused|AdapterError)\(|=> new\(\s*|\bCode = )"(?<code>[a-z_]+)["]""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Raised();

    [GeneratedRegex("^\\| `(?<code>[a-z_]+)` \\|", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| (?<code>[0-9]+) \|", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Number();
}
