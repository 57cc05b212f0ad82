using OpsManager.Storage.InMemory;

namespace OpsFunctions.Tests.Crashes;

/// <summary>A crash to be.</summary>
/// <param name="Write">The write it happens at, counted from 1.</param>
/// <param name="Mode">What happens.</param>
internal sealed record Crash(int Write, CrashMode Mode)
{
    public bool Dies => Mode is CrashMode.DiesBefore or CrashMode.DiesAfter;

    public WriteFault Fault => Mode is CrashMode.DiesBefore or CrashMode.FailsBefore ? WriteFault.CrashBefore : WriteFault.CrashAfter;
}
