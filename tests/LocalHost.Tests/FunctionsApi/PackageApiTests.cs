using OpsManager.Testing;

namespace LocalHost.Tests.FunctionsApi;

/// <summary>
/// The package types answer as <c>behaviour.txt</c> says: in mode nuget those of the packages, in mode local the declarations that stand in
/// for them. The one file is what both are held to.
/// </summary>
public sealed class PackageApiTests
{
    private static readonly Dictionary<string, string> Expected = File
        .ReadAllLines(RepositoryRoot.Combine("tests", "LocalHost.Tests", "FunctionsApi", "behaviour.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(" = ", 2))
        .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    public static TheoryData<string> Questions => [.. PackageBehaviour.Questions.Select(question => question.Name)];

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_package_type_answers_as_written(string question)
        => Assert.Equal(Expected[question], PackageBehaviour.Answer(PackageBehaviour.Questions.Single(candidate => candidate.Name == question).Ask));

    [Fact]
    public void Every_answer_belongs_to_a_question()
        => Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), PackageBehaviour.Questions.Select(question => question.Name).Order(StringComparer.Ordinal));
}
