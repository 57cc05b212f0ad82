using System.Runtime.InteropServices;
using OpsManager.SuperloopSimulator.Posix;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The shell's EXIT trap: active-run.json goes away at any end but SIGKILL, also at one by signal.</summary>
internal sealed class ExitTrap : IDisposable
{
    private readonly string _activeRun;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _dying = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public ExitTrap(string activeRun)
    {
        _activeRun = activeRun;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, Native.SigTerm)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => OnSignal(context, 1)),
        ];
    }

    /// <summary>Completes when a signal has come: the process has only moments left.</summary>
    public Task Dying => _dying.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        RemoveActiveRun();
    }

    private void OnSignal(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        _dying.TrySetResult();
        RemoveActiveRun();
        Native.DieOf(signal);
    }

    private void RemoveActiveRun()
    {
        lock (_gate)
        {
            File.Delete(_activeRun);
        }
    }
}
