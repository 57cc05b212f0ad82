using System.Diagnostics;
using OpsManager.SuperloopSimulator.Posix;

namespace SuperloopSimulator.Tests.Support;

/// <summary>A simulator process. A leader has a session of its own, as a manager would start it: its pid is its group.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly string _outputFile;
    private readonly bool _ownGroup;

    private RunningProgram(Process process, string outputFile, bool ownGroup) => (_process, _outputFile, _ownGroup) = (process, outputFile, ownGroup);

    public int Pid => _process.Id;

    public string Output => File.Exists(_outputFile) ? File.ReadAllText(_outputFile) : "";

    /// <summary>Output goes to a file: an orphan that inherits a pipe would keep this test waiting for its end.</summary>
    public static RunningProgram Start(string program, string outputFile, bool ownGroup, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", ownGroup ? "exec setsid \"$@\" > \"$OUTPUT_FILE\" 2>&1" : "exec \"$@\" > \"$OUTPUT_FILE\" 2>&1", "sh", program, .. arguments])
        {
            UseShellExecute = false,
        };
        start.Environment["OUTPUT_FILE"] = outputFile;
        start.Environment["DOTNET_ROOT"] = BuiltProgram.DotnetRoot;
        start.Environment.Remove("SUPERLOOP_SIMULATOR_SCENARIO");
        start.Environment.Remove("SUPERLOOP_SIMULATOR_SPEED");
        return new RunningProgram(Process.Start(start)!, outputFile, ownGroup);
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return _process.ExitCode;
    }

    public void Signal(int signal) => Assert.Equal(0, Native.Kill(Pid, signal));

    public void SignalGroup(int signal) => Assert.Equal(0, Native.Kill(-Pid, signal));

    /// <summary>The letter of the process state; X for none.</summary>
    public static char StateOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'X';
        }
    }

    public int[] Children() => [.. ProcessTable.ChildrenOf(Pid)];

    public void Dispose()
    {
        if (_ownGroup)
        {
            _ = Native.Kill(-Pid, Native.SigKill);
        }
        else if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
