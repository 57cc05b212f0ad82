using System.Collections.Concurrent;
using System.ComponentModel;
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

    public static string ProcessStart { get; } = StartOf(Environment.ProcessId) ?? string.Empty;

    public static void Register(string ownerId) => LiveOwners[ownerId] = true;

    public static void Unregister(string ownerId) => LiveOwners.TryRemove(ownerId, out _);

    /// <returns>Null if that cannot be known from here, as of another machine.</returns>
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
            return StartOf(owner.ProcessId) == owner.ProcessStart;
        }
        catch (Win32Exception)
        {
            // It exists but may not be looked at; then its lease decides.
            return null;
        }
    }

    /// <summary>A mark of the process that its successor under the same id does not have; null if there is none alive.</summary>
    public static string? StartOf(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxStartOf(processId);
        }

        try
        {
            using Process process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Read from /proc: a killed process whose parent has not collected it yet still has an id, and the start time that
    /// .NET computes from the clock differs by some ticks from one observer to the next.
    /// </summary>
    private static string? LinuxStartOf(int processId)
    {
        string status;
        try
        {
            status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        }
        catch (IOException)
        {
            return null;
        }

        // The name in parentheses may contain anything; the fields that count follow the last one.
        string[] fields = status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isGone = fields[0] is "Z" or "X";
        return isGone ? null : fields[19];
    }

    private static string ReadBootId()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : string.Empty;
    }
}
