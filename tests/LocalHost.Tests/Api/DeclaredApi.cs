using System.Reflection;
using System.Runtime.Loader;

namespace LocalHost.Tests.Api;

/// <summary>The declarations of LocalHost.FunctionsApi and of the worker's entry point, read in either mode: where the app has the packages, they stand apart.</summary>
internal static class DeclaredApi
{
    private static readonly AssemblyLoadContext Apart = new("declarations");

    public static Assembly Functions { get; } = Load("LocalHost.FunctionsApi");

    public static Assembly EntryPoint { get; } = Load("WorkerEntryPoint");

    public static IEnumerable<string> EntryPointLines
        => ApiSignatures.Of(EntryPoint).Where(line => line.StartsWith("Microsoft.", StringComparison.Ordinal));

    public static IEnumerable<string> Lines => ApiSignatures.Of(Functions).Concat(EntryPointLines);

    private static Assembly Load(string project)
    {
        string file = Path.Combine(Metadata("BuildOutput"), "WorkerEntryPoint", Metadata("BuildPivot"), $"{project}.dll");
        return Apart.LoadFromAssemblyPath(Path.GetFullPath(file));
    }

    /// <summary>What the build has told the tests about itself.</summary>
    public static string Metadata(string key)
        => typeof(DeclaredApi).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
