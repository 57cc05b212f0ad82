using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Launching;

/// <summary>The adapter's own records of a loop, below <c>.superloop/ops</c>.</summary>
internal sealed class LaunchFolder(SuperloopFolder folder, string loopId)
{
    public const string RunVariable = "SUPERLOOP_OPS_RUN";
    public const string SupervisorVariable = "SUPERLOOP_OPS_SUPERVISOR";

    private const int MaxRecord = 64 * 1024;

    private const string Loops = "ops/loops";

    private readonly string root = $"{Loops}/{loopId}";

    /// <summary>The loops of which there are records.</summary>
    public static IEnumerable<string> LoopsOf(SuperloopFolder folder) => folder.FoldersIn(Loops).Where(LoopId.IsValid);

    /// <summary>The newest launch.</summary>
    public LaunchRecord? Current() => Read($"{root}/current.json", static () => AdapterJson.Default.LaunchRecord);

    public LaunchRecord? Find(string runId, int attempt) => Read($"{Of(runId, attempt)}/launch.json", static () => AdapterJson.Default.LaunchRecord);

    public RunFence? Fence(string runId) => Read($"{root}/runs/{runId}.json", static () => AdapterJson.Default.RunFence);

    public ExitRecord? Exit(LaunchRecord launch) => Read($"{Of(launch)}/exit.json", static () => AdapterJson.Default.ExitRecord);

    /// <summary>The leader as it was when it began; null before that.</summary>
    public ProcessEntry? Leader(LaunchRecord launch) =>
        folder.ReadSmall($"{Of(launch)}/leader.stat", MaxRecord) is { } stat ? ProcessStat.Parse(stat)?.Entry : null;

    public byte[]? OutputTail(LaunchRecord launch, int bytes) => folder.ReadTail($"{Of(launch)}/output.log", bytes);

    /// <summary>The end of a launch's output and when it was written; null when there is none.</summary>
    public CapturedOutput? Output(LaunchRecord launch, int bytes)
    {
        using var file = folder.Open($"{Of(launch)}/output.log");
        if (file is null)
        {
            return null;
        }

        var tail = new byte[Math.Min(bytes, file.Identity.Size)];
        var read = RandomAccess.Read(file.Handle, tail, file.Identity.Size - tail.Length);
        return CapturedOutput.Of(tail.AsSpan(0, read), file.Identity.ModifiedAt);
    }

    /// <summary>The fence of the run that was started or controlled last.</summary>
    public RunFence? LatestFence() => Read($"{root}/fence.json", static () => AdapterJson.Default.RunFence);

    /// <summary>Records a fence; the caller holds the fence lock.</summary>
    public void Write(RunFence fence)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(fence, AdapterJson.Default.RunFence);
        folder.WriteAtomic($"{root}/runs/{fence.RunId}.json", json);
        folder.WriteAtomic($"{root}/fence.json", json);
    }

    /// <summary>
    /// The lock under which a fence is read and then written, and a process is started: a cancel is either seen by the start, or
    /// comes after it and finds its process. Held for milliseconds.
    /// </summary>
    public SafeFileHandle? TryLockFence() => folder.TryLock(root, "fence.lock");

    /// <summary>The lock under which control calls of the loop are carried out, one at a time.</summary>
    public SafeFileHandle? TryLockControl() => folder.TryLock(root, "control.lock");

    /// <summary>The launches of a run, oldest first, at most the last 32.</summary>
    public IReadOnlyList<LaunchRecord> Launches(string runId)
    {
        var last = Fence(runId)?.Attempt ?? (Current() is { } current && current.RunId == runId ? current.Attempt : 0);
        return [.. Enumerable.Range(1, Math.Max(last, 0)).TakeLast(32).Select(n => Find(runId, n)).OfType<LaunchRecord>()];
    }

    public T? ReadOwn<T>(string name, Func<JsonTypeInfo<T>> type, int maxBytes = MaxRecord)
        where T : class => Read($"{root}/{name}", type, maxBytes);

    public void WriteOwn(string name, ReadOnlySpan<byte> json) => folder.WriteAtomic($"{root}/{name}", json);

    /// <summary>Records a launch and makes its folder, whose absolute path is returned.</summary>
    public string Write(LaunchRecord launch)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(launch, AdapterJson.Default.LaunchRecord);
        folder.WriteAtomic($"{Of(launch)}/launch.json", json);
        folder.WriteAtomic($"{root}/current.json", json);
        return Path.Combine(folder.RepoPath, SuperloopFolder.Name, Of(launch));
    }

    /// <summary>Takes the record of a launch back that came to nothing; what was recorded before it is the newest again.</summary>
    public void Withdraw(LaunchRecord launch, LaunchRecord? previous)
    {
        // First the launch's own record: cut off in between, the newest is one that came to nothing, and no start is answered with it.
        folder.Delete($"{Of(launch)}/launch.json");
        if (previous is null)
        {
            folder.Delete($"{root}/current.json");
        }
        else
        {
            folder.WriteAtomic($"{root}/current.json", JsonSerializer.SerializeToUtf8Bytes(previous, AdapterJson.Default.LaunchRecord));
        }
    }

    private string Of(LaunchRecord launch) => Of(launch.RunId, launch.Attempt);

    private string Of(string runId, int attempt) => $"{root}/launches/{runId}-{attempt}";

    // What describes the type is made only when there is something to read: it takes longer than a one-shot call has.
    private T? Read<T>(string path, Func<JsonTypeInfo<T>> type, int maxBytes = MaxRecord)
        where T : class
    {
        try
        {
            return folder.ReadSmall(path, maxBytes) is { } bytes ? JsonSerializer.Deserialize(bytes, type()) : null;
        }
        catch (JsonException)
        {
            // Written atomically by us: somebody else put it there, and it proves nothing.
            return null;
        }
    }
}
