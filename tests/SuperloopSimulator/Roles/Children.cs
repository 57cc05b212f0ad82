using System.Diagnostics;
using System.Text.Json;

namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>Starts this program again as a role, its watchdog or an orphan; in the process group of whoever starts it.</summary>
internal static class Children
{
    public const string Role = "role";
    public const string Watchdog = "watchdog";
    public const string Orphan = "orphan";

    public static Process Start(string kind, RoleOrder order)
    {
        // Never under the name superloop.sh: only the leader is to look like the runtime.
        var program = Path.Combine(AppContext.BaseDirectory, "superloop-simulator");
        return Process.Start(new ProcessStartInfo(program, [kind, JsonSerializer.Serialize(order, RoleOrderJson.Default.RoleOrder)]))
            ?? throw new InvalidOperationException("The role process did not start.");
    }

    public static RoleOrder Read(string argument) => JsonSerializer.Deserialize(argument, RoleOrderJson.Default.RoleOrder)!;
}
