using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace LocalHost.Durable.Ownership;

/// <summary>Tells whether the process that owns a hub still lives, as far as that can be known from here.</summary>
internal static class ProcessIdentity
{
    // Owners within this very process, which may be several in tests.
    private static readonly ConcurrentDictionary<string, bool> LiveOwners = new(StringComparer.Ordinal);

    public static string Machine => Environment.MachineName;

    public static string BootId { get; } = ReadBootId();

    public static string ProcessStart { get; } = StartOf(Process.GetCurrentProcess());

    public static void Register(string ownerId) => LiveOwners[ownerId] = true;

    public static void Unregister(string ownerId) => LiveOwners.TryRemove(ownerId, out _);

    /// <returns>Null if it runs on another machine.</returns>
    public static bool? IsAlive(OwnerRecord owner)
    {
        if (owner.Machine != Machine)
        {
            return null;
        }

        if (owner.BootId != BootId)
        {
            return false;
        }

        if (owner.ProcessId == Environment.ProcessId && owner.ProcessStart == ProcessStart)
        {
            return LiveOwners.ContainsKey(owner.OwnerId);
        }

        try
        {
            using Process process = Process.GetProcessById(owner.ProcessId);
            return !process.HasExited && StartOf(process) == owner.ProcessStart;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // It exists but may not be looked at; then its lease decides.
            return null;
        }
    }

    private static string StartOf(Process process)
        => process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);

    private static string ReadBootId()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : string.Empty;
    }
}
