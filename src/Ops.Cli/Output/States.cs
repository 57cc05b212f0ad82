using System.Text.Json;
using Ops.Cli.Api;

namespace Ops.Cli.Output;

/// <summary>What a state means to somebody who waits for its run.</summary>
internal static class States
{
    private static readonly HashSet<string> Ends = new(StringComparer.Ordinal) { "completed", "stopped", "failed", "cancelled", "timed_out", "crashed", "lost" };

    public static bool IsEnd(string? state) => state is not null && Ends.Contains(state);

    public static string Describe(JsonElement run) => run.Text("reason") is { } reason ? $"{run.Text("state")} ({reason})" : run.Text("state") ?? string.Empty;
}
