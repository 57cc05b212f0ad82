using System.Diagnostics;
using System.Globalization;

namespace OpsManager.Benchmarks.Adapter;

/// <summary>The adapter's executable, run once per call.</summary>
internal sealed class AdapterProgram(string path)
{
    /// <summary>Whether it is native code that needs no runtime.</summary>
    public bool IsNative => !File.Exists(path + ".dll");

    /// <summary>Runs a command to its end; from the start of the process to its exit.</summary>
    public async Task<TimeSpan> RunAsync(params string[] arguments)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Start(arguments);
        await DrainAsync(process);
        var elapsed = Stopwatch.GetElapsedTime(begun);
        return process.ExitCode == 0 ? elapsed : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    /// <summary>Peak resident memory of a command, in MiB; looked at often, since the system forgets it with the process.</summary>
    public async Task<double> PeakAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var drained = DrainAsync(process);
        double peak = 0;
        while (!drained.IsCompleted)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            await Task.WhenAny(drained, Task.Delay(TimeSpan.FromMilliseconds(1)));
        }

        await drained;
        return peak;
    }

    /// <summary>Starts a command.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start.");
    }

    /// <summary>Peak resident memory of a process so far, in MiB; 0 when it is gone.</summary>
    public static double PeakOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.Any, CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task DrainAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await errors;
        await process.WaitForExitAsync();
    }
}
