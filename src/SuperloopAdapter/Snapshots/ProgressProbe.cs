using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Says what the work looks like at the beginning of each iteration, so that somebody who compares can tell whether the one before
/// changed anything. Looked at once an iteration, within bounds; what cannot be found out is absent.
/// </summary>
internal sealed class ProgressProbe(SuperloopFolder folder, TimeProvider time, string loopId)
{
    private const int MaximumDocument = 64 * 1024;

    // What the runtime writes where no test failed: the hash of nothing.
    private const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly Lock gate = new();
    private (string Key, ProgressFacts Facts)? known;

    /// <summary>The snapshot with the progress of its iteration and the size of the log of the role at work.</summary>
    public LoopRunSnapshot AddTo(LoopRunSnapshot snapshot, LoopObservation observation)
    {
        if (snapshot.Ext is not { } ext || observation.Readings.Log.Facts.Run is not { RunId: { } run, Iteration: { } iteration } facts)
        {
            return snapshot;
        }

        var activity = ext.Activity is { Kind: "role", Role: { } role } atWork && IsName(role) && facts.InFlight?.Iteration == iteration
            ? atWork with { OutputBytes = SizeOf($"logs/iter-{iteration}/{role}.log") }
            : ext.Activity;
        return snapshot with { Ext = ext with { Activity = activity, Progress = OfIteration($"{facts.Start.Line} {run} {iteration}") } };
    }

    private ProgressFacts OfIteration(string key)
    {
        lock (gate)
        {
            if (known is not { } last || last.Key != key)
            {
                last = (key, Look());
                known = last;
            }

            return last.Facts;
        }
    }

    private ProgressFacts Look() => new()
    {
        Head = GitHead.Read(folder.RepoPath),
        WorkTreeHash = WorkTree.Hash(folder.RepoPath, time),
        OpenChecklistItems = Read("checklist-status.json").Integer("remaining"),
        TestSignature = Read("test-status.json").Flag("ok") == false && Read("stuck.json").Text("test_signature") is { } signature && signature != HashOfNothing ? signature : null,
    };

    private JsonElement? Read(string fileName)
    {
        try
        {
            using var file = folder.Open(SuperloopFolder.LoopFile(loopId, fileName));
            if (file is null || file.Identity.Size is 0 or > MaximumDocument)
            {
                return null;
            }

            var content = new byte[file.Identity.Size];
            var length = RandomAccess.Read(file.Handle, content, 0);
            using var document = JsonText.Parse(content.AsMemory(0, length));
            return document.RootElement.Clone();
        }
        catch (Exception failure) when (failure is AdapterException or IOException or JsonException or UnauthorizedAccessException)
        {
            // Caught half written, or not ours to read: unknown for this iteration.
            return null;
        }
    }

    private long? SizeOf(string path)
    {
        try
        {
            using var file = folder.Open(SuperloopFolder.LoopFile(loopId, path));
            return file?.Identity.Size;
        }
        catch (AdapterException)
        {
            return null;
        }
    }

    private static bool IsName(string role) => role.Length <= 64 && role.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
