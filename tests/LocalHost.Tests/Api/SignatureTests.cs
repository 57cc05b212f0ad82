using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Api;

/// <summary>
/// What the app compiles against in mode local is what it compiles against in mode nuget: the declarations are compared with the list, in
/// either mode; that the list is what the packages have is proven where they are (Packages/PackageSignatureTests).
/// </summary>
public sealed class SignatureTests
{
    [Fact]
    public void Every_published_signature_is_declared_unless_a_reason_says_why_not()
    {
        HashSet<string> declared = DeclaredApi.Lines.ToHashSet(StringComparer.Ordinal);
        HashSet<string> excused = Excused(isExtra: false);

        AssertNone(SignatureFile.Published.Where(line => !declared.Contains(line) && !excused.Contains(line) && !excused.Contains(SignatureFile.TypeOf(line))));
    }

    [Fact]
    public void Nothing_else_is_declared_unless_a_reason_says_why()
    {
        HashSet<string> published = SignatureFile.Published.ToHashSet(StringComparer.Ordinal);
        HashSet<string> excused = Excused(isExtra: true);

        AssertNone(DeclaredApi.Lines.Where(line => !published.Contains(line) && !excused.Contains(line) && !excused.Contains(SignatureFile.TypeOf(line))));
    }

    [Fact]
    public void Every_difference_has_a_reason_and_is_one()
    {
        List<string> declared = DeclaredApi.Lines.ToList();
        foreach ((bool isExtra, string signature, string reason) in SignatureFile.Differences)
        {
            Assert.False(string.IsNullOrWhiteSpace(reason), signature);
            IEnumerable<string> there = isExtra ? declared : SignatureFile.Published;
            IEnumerable<string> absent = isExtra ? SignatureFile.Published : declared;
            Assert.True(there.Any(line => line == signature || SignatureFile.TypeOf(line) == signature), $"There is no '{signature}'.");
            Assert.False(absent.Any(line => line == signature || SignatureFile.TypeOf(line) == signature), $"'{signature}' is no difference any more.");
        }
    }

    [Theory]
    [InlineData(typeof(TaskOrchestrationContext))]
    [InlineData(typeof(DurableTaskClient))]
    [InlineData(typeof(DataConverter))]
    [InlineData(typeof(FunctionContext))]
    [InlineData(typeof(FunctionDefinition))]
    [InlineData(typeof(BindingMetadata))]
    public void Every_abstract_member_of_a_real_class_is_overridden(Type type)
    {
        // By the published list and not by our declarations: a class that lacks one would not load against the packages.
        List<Type> derived = typeof(LocalHostApplication).Assembly.GetTypes().Where(candidate => candidate.IsSubclassOf(type) && !candidate.IsAbstract).ToList();
        List<string> required = SignatureFile.Published
            .Where(line => SignatureFile.TypeOf(line) == ApiSignatures.NameOf(type) && line.Contains(" abstract ", StringComparison.Ordinal) && !line.Contains("abstract class", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(" | ", StringComparison.Ordinal) + 3)..].Replace("abstract ", "override ", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(derived);
        Assert.NotEmpty(required);
        foreach (Type implementation in derived)
        {
            HashSet<string> overridden = ApiSignatures.Of(implementation).Select(line => Comparable(line[(line.IndexOf(" | ", StringComparison.Ordinal) + 3)..])).ToHashSet(StringComparer.Ordinal);
            AssertNone(required.Select(Comparable).Where(line => !overridden.Contains(line)));
        }
    }

    [Fact]
    public void The_worker_s_entry_point_compiles_against_the_published_builder()
    {
        // The project's own build is the proof; here only that its declarations are the published ones.
        HashSet<string> published = SignatureFile.Published.ToHashSet(StringComparer.Ordinal);
        AssertNone(DeclaredApi.EntryPointLines.Where(line => !published.Contains(line)));
    }

    // Nullability may be stricter, names of parameters are an override's own, and attributes do not matter to it.
    private static string Comparable(string line)
    {
        string bare = line.Replace("[EditorBrowsable(EditorBrowsableState.Never)] ", string.Empty, StringComparison.Ordinal).Replace("?", string.Empty, StringComparison.Ordinal);
        int open = bare.LastIndexOf(bare.Contains('(') ? '(' : '{');
        int close = bare.LastIndexOf(')');
        return open < 0 || bare[open] == '{'
            ? bare
            : bare[..open] + string.Join(',', bare[(open + 1)..close].Split(", ").Select(parameter => parameter.Split(" = ")[0]).Select(parameter => parameter.Contains(' ') ? parameter[..parameter.LastIndexOf(' ')] : parameter));
    }

    private static HashSet<string> Excused(bool isExtra)
        => SignatureFile.Differences.Where(difference => difference.IsExtra == isExtra).Select(difference => difference.Signature).ToHashSet(StringComparer.Ordinal);

    private static void AssertNone(IEnumerable<string> lines)
    {
        string text = string.Join('\n', lines);
        Assert.True(text.Length == 0, text);
    }
}
