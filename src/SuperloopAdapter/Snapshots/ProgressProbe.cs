using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Says what the work looks like at the beginning of each iteration, so that somebody who compares can tell whether the one before
/// changed anything. Looked at once an iteration, by whichever process comes first, within bounds; what cannot be found out is absent.
/// </summary>
internal sealed class ProgressProbe(SuperloopFolder folder, TimeProvider time, string loopId)
{
    private const int MaximumDocument = 64 * 1024;

    // Of a hash; what is longer is none, and would take a snapshot its room.
    private const int MaximumSignature = 200;

    // What the runtime writes where no test failed: the hash of nothing.
    private const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly Lock gate = new();
    private readonly ProgressStore store = new(folder, loopId);
    private (string Key, ProgressFacts Facts)? known;

    /// <summary>The snapshot with the progress of its iteration.</summary>
    public LoopRunSnapshot AddTo(LoopRunSnapshot snapshot, LoopObservation observation)
    {
        var log = observation.Readings.Log;
        if (snapshot.Ext is not { } ext || log.Facts.Run is not { RunId: { } run, Iteration: { } iteration } facts)
        {
            return snapshot;
        }

        var leftOut = LeftOut.Of(ConfiguredLoops.Find(observation.Readings.Config.Value, loopId));
        return snapshot with { Ext = ext with { Progress = OfIteration($"{log.Epoch} {facts.Start.Line} {run} {iteration}", leftOut) } };
    }

    private ProgressFacts OfIteration(string key, LeftOut leftOut)
    {
        lock (gate)
        {
            if (known is not { } last || last.Key != key)
            {
                last = (key, store.Load(key) ?? LookAndKeep(key, leftOut));
                known = last;
            }

            return last.Facts;
        }
    }

    private ProgressFacts LookAndKeep(string key, LeftOut leftOut)
    {
        var facts = Look(leftOut);
        store.Save(key, facts);
        return facts;
    }

    private ProgressFacts Look(LeftOut leftOut) => new()
    {
        Head = GitHead.Read(folder.RepoPath),
        WorkTreeHash = WorkTree.Hash(folder.RepoPath, leftOut, time),
        OpenChecklistItems = Read("checklist-status.json").Integer("remaining"),
        TestSignature = Read("test-status.json").Flag("ok") == false && Read("stuck.json").Text("test_signature") is { Length: <= MaximumSignature } signature && signature != HashOfNothing ? signature : null,
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
}
