using System.Runtime.InteropServices;

namespace OpsManager.SuperloopSimulator.Posix;

/// <summary>The few calls of the operating system that .NET does not offer.</summary>
internal static partial class Native
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int ProcessGroupOf(int pid);

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SetHandler(int signal, nint handler);

    public static bool Exists(int pid) => Kill(pid, 0) == 0;

    /// <summary>Ends this process by a signal, as a shell does after its EXIT trap, so that a parent sees the signal and not just a number.</summary>
    public static void DieOf(int signal)
    {
        if (signal != SigKill)
        {
            _ = SetHandler(signal, 0);
        }

        _ = Kill(Environment.ProcessId, signal);
    }
}
