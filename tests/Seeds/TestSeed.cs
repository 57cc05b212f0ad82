using System.Globalization;
using Xunit.Abstractions;

namespace OpsManager.Testing;

/// <summary>
/// The one seed of everything that tests draw at random. <c>./ops test</c> derives it from the commit, so that a commit has one result and each
/// tries other inputs; where nothing says it, it is drawn. Compiled into each test project.
/// </summary>
internal static class TestSeed
{
    /// <summary>Environment variable with the seed.</summary>
    public const string Variable = "OPS_TEST_SEED";

    /// <summary>The seed of this execution.</summary>
    public static int Current { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();

    /// <summary>How to repeat this execution: for output and for the message of a failure.</summary>
    public static string Repeat { get; } = string.Create(CultureInfo.InvariantCulture, $"{Variable}={Current} repeats this");

    /// <summary>The seed, written where the test's output goes.</summary>
    public static int Announce(ITestOutputHelper output)
    {
        output.WriteLine(Repeat);
        return Current;
    }
}
