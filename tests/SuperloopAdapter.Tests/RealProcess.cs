using System.Diagnostics;

namespace SuperloopAdapter.Tests;

/// <summary>A process of a test's own, ended with the test.</summary>
internal sealed class RealProcess : IDisposable
{
    private RealProcess(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>The adapter's executable, built beside the tests.</summary>
    public static string AdapterPath { get; } = Path.Combine(AppContext.BaseDirectory, "superloop-adapter.dll");

    public static RealProcess Adapter(IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Start("dotnet", environment, [AdapterPath, .. arguments]);

    public static RealProcess Start(string file, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new RealProcess(Process.Start(start)!);
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            Process.WaitForExit();
        }

        Process.Dispose();
    }
}
