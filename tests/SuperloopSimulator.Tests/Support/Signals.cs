namespace SuperloopSimulator.Tests.Support;

/// <summary>Numbers that differ between systems.</summary>
internal static class Signals
{
    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;
}
