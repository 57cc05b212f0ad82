using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>
/// Superloop's stuck detection with its flaw: without failing tests the signature of the failures is the hash of nothing,
/// and equal hashes of nothing count as "same test failures".
/// </summary>
internal sealed class StuckDetection(LoopFolder folder, ConfiguredLoop loop, Pace pace, ArtifactWriter files, LoopMemory memory)
{
    public string CodeSignature => memory.CodeSignature;

    public string TestSignature
    {
        get
        {
            if (!File.Exists(folder.TestOutput))
            {
                return "";
            }

            var failures = File.ReadAllLines(folder.TestOutput)
                .Where(line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("FAIL", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(failures.Select(line => line + "\n")))));
        }
    }

    public int StoredStreak => JsonText.TryRead(folder.Stuck).Number("streak") ?? 0;

    /// <summary>Whether code or failures are as they were after the iteration before.</summary>
    public bool SamePlaceAsBefore() => Repeats(JsonText.TryRead(folder.Stuck)) is not null;

    public async Task<int> UpdateAsync()
    {
        var before = JsonText.TryRead(folder.Stuck);
        var reason = Repeats(before);
        var streak = reason is null ? 1 : (before.Number("streak") ?? 0) + 1;
        await files.RewriteAsync(
            folder.Stuck,
            JsonText.Pretty(new JsonObject
            {
                ["code_signature"] = CodeSignature,
                ["test_signature"] = TestSignature,
                ["streak"] = streak,
                ["threshold"] = loop.StuckThreshold,
                ["reason"] = reason ?? "",
                ["updated_at"] = pace.Timestamp,
            }));
        if (streak >= loop.StuckThreshold)
        {
            await files.RewriteAsync(
                folder["stuck-report.md"],
                $"# Stuck Report\n\nNo meaningful progress detected for {streak} consecutive iterations.\n\n**Reason**: {reason}\n\n**Code Signature**: `{CodeSignature}`\n**Test Failure Signature**: `{TestSignature}`\n\nTimestamp: {pace.Timestamp}\n");
        }

        return streak;
    }

    /// <summary>A stuck file at its threshold forbids every further run, whatever has changed since.</summary>
    public void RefuseWhenStuck()
    {
        var stuck = JsonText.TryRead(folder.Stuck);
        var (streak, threshold) = (stuck.Number("streak") ?? 0, stuck.Number("threshold") ?? 5);
        if (stuck is null || threshold <= 0 || streak < threshold)
        {
            return;
        }

        Console.Error.WriteLine($"Error: Loop has reached stuck threshold ({streak}/{threshold} iterations)\n\nReason: {stuck.Text("reason") ?? "unknown"}\n");
        Console.Error.WriteLine($"The loop has been making no meaningful progress. To restart:\n  1. Review the stuck state: cat {folder.Stuck}");
        throw new RuntimeExit(1);
    }

    private string? Repeats(JsonObject? before)
    {
        var (code, tests) = (before.Text("code_signature") ?? "", before.Text("test_signature") ?? "");
        return code.Length > 0 && CodeSignature == code ? "no_code_changes"
            : tests.Length > 0 && TestSignature == tests ? "same_test_failures"
            : null;
    }
}
