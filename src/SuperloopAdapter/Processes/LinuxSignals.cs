using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SuperloopAdapter.Processes;

/// <summary>
/// Signals through a pidfd: the process is opened, then its start time is compared, then the opened process is signalled. An id
/// that is reused between any two of these steps cannot be hit.
/// </summary>
internal sealed partial class LinuxSignals : IProcessSignals
{
    // The same on every architecture: both are newer than the common numbering.
    private const long PidFdSendSignal = 424;
    private const long PidFdOpen = 434;

    private const int NoSuchCall = 38;

    public bool Send(ProcessEntry process, ProcessSignal signal)
    {
        var descriptor = SystemCall(PidFdOpen, process.Pid, 0, 0, 0);
        if (descriptor < 0)
        {
            // Kernels before 5.3, and sandboxes, lack the call: what remains is to look right before.
            return Marshal.GetLastPInvokeError() == NoSuchCall && IsSame(process) && Kill(process.Pid, (int)signal) == 0;
        }

        using var opened = new SafeFileHandle((nint)descriptor, ownsHandle: true);
        return IsSame(process) && SystemCall(PidFdSendSignal, descriptor, (long)signal, 0, 0) == 0;
    }

    private static bool IsSame(ProcessEntry process) => ProcfsTable.ReadEntry(process.Pid) is { } now && now.StartTicks == process.StartTicks;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
