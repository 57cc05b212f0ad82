using System.Reflection;
using System.Runtime.InteropServices;

namespace SuperloopSimulator.Tests.Support;

/// <summary>Where the build left the simulator and the fixtures.</summary>
internal static class BuiltProgram
{
    public static string Simulator => Path.Combine(Metadata("SimulatorFolder"), "superloop-simulator");

    /// <summary>The same program under the runtime's name.</summary>
    public static string Superloop => Path.Combine(Metadata("SimulatorFolder"), "superloop.sh");

    public static string Sources => Metadata("SimulatorSources");

    public static string Corpus => Metadata("CorpusPath");

    /// <summary>The installation this test runs on: the simulator must not need another one to be registered.</summary>
    public static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string Metadata(string key) =>
        typeof(BuiltProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
