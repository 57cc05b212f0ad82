using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Awake;
using SuperloopAdapter.Control;
using SuperloopAdapter.Diagnostics;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter;

/// <summary>What the adapter offers on one repository. The command line and the service are two front ends of it.</summary>
internal sealed class Adapter : IDisposable
{
    /// <summary>Events in an answer when the caller names no number.</summary>
    public const int DefaultMaxEvents = 500;

    /// <summary>Events in an answer at most.</summary>
    public const int MaxEventsBound = 2000;

    /// <summary>Bytes of envelopes in an answer at most, unless a single one is larger.</summary>
    public const int MaxPageBytes = 4 * 1024 * 1024;

    /// <summary>Loops by their folders alone that are watched at most: an agent can make any number of folders.</summary>
    private const int MaxWatched = 100;

    private readonly ConcurrentDictionary<string, LoopReader> loops = new(StringComparer.Ordinal);
    private readonly SuperloopFolder folder;
    private readonly ArtifactReader artifacts;
    private readonly IProcessTable processes;
    private readonly TimeProvider time;

    private readonly Launcher? launcher;

    private readonly LoopController controller;
    // Few answers show a text that could hold one, and the environment has hundreds of values.
    private readonly Lazy<IReadOnlyList<string>> secrets;

    public Adapter(
        string repoPath, IProcessTable processes, TimeProvider time, LaunchOptions? launching = null, IProcessSignals? signals = null, ControlBounds? bounds = null,
        Func<IReadOnlyList<string>>? secrets = null, Action? beforeRead = null)
    {
        this.secrets = new Lazy<IReadOnlyList<string>>(secrets ?? (static () => []));
        folder = new SuperloopFolder(repoPath, beforeRead);
        artifacts = new ArtifactReader(folder, time);
        this.processes = processes;
        this.time = time;
        Beat = new WatchBeat(time);
        controller = new LoopController(folder, artifacts, processes, signals ?? new LinuxSignals(), bounds ?? new ControlBounds(), time);
        launcher = launching is null ? null : new Launcher(folder, artifacts, processes, launching, time);
    }

    /// <summary>The sign of life of the watch on this adapter, if there is one.</summary>
    public WatchBeat Beat { get; }

    /// <summary>Whether a runtime is configured that can be started.</summary>
    public bool CanStart => launcher is not null;

    /// <summary>The snapshot of a loop as JSON.</summary>
    /// <param name="loopId">The loop.</param>
    /// <param name="traceId">Correlation id to repeat.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="maxBytes">Bytes at most; of a larger snapshot the largest artifacts are left out and named.</param>
    public async Task<byte[]> SnapshotAsync(string? loopId, string? traceId, CancellationToken cancellation, int maxBytes = int.MaxValue)
    {
        var loop = await FindAsync(loopId, cancellation);
        var observation = await loop.ReadAsync(cancellation);
        var additions = new SnapshotAdditions(
            CapabilitiesOn(observation),
            ExitOf(observation),
            new ControlRecords(folder, loop.LoopId).Facts(),
            PendingFacts.Decision(observation, secrets),
            PendingFacts.Recovery(observation, secrets),
            Beat.Facts());
        var snapshot = SnapshotBuilder.Build(folder, observation, additions, Timestamps.Now(time), traceId);
        return SnapshotSize.Write(loop.Progress.AddTo(snapshot, observation), maxBytes);
    }

    /// <summary>Carries out an intent. A refusal is an answer too: the error in it says why.</summary>
    public async Task<ControlAnswer> ControlAsync(ControlRequest request, CancellationToken cancellation) =>
        await controller.ExecuteAsync(request, await FindAsync(request.LoopId, cancellation), cancellation);

    /// <summary>Bounded, redacted tails and facts of a loop, for an operator.</summary>
    public async Task<byte[]> DiagnosticsAsync(string? loopId, CancellationToken cancellation)
    {
        var loop = await FindAsync(loopId, cancellation);
        return new DiagnosticsReader(folder, processes, secrets.Value, time).Write(await loop.ReadAsync(cancellation));
    }

    /// <summary>Launches the runtime, or says why not.</summary>
    public async Task<byte[]> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        if (launcher is null)
        {
            throw new AdapterException(AdapterError.NotFound());
        }

        return WireJson.Write(await launcher.StartAsync(request, await FindAsync(request.LoopId, cancellation), cancellation));
    }

    /// <summary>The events after a cursor.</summary>
    /// <param name="loopId">The loop.</param>
    /// <param name="cursor">Lines already known.</param>
    /// <param name="maxEvents">Events at most.</param>
    /// <param name="traceId">Correlation id to repeat.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="maxBytes">Bytes of envelopes and separators at most; the first event is always given.</param>
    public async Task<LogPage> EventsAsync(
        string? loopId, long cursor, int maxEvents, string? traceId, CancellationToken cancellation, int maxBytes = MaxPageBytes)
    {
        var loop = await FindAsync(loopId, cancellation);
        var envelopes = new EventEnvelopes(folder.RepoPath, loop.LoopId, Timestamps.Now(time), traceId);
        return loop.Log.ReadPage(cursor, maxEvents == 0 ? DefaultMaxEvents : Math.Min(maxEvents, MaxEventsBound), maxBytes, envelopes.Write);
    }

    /// <summary>
    /// The leaders that live in the repository, by process id and start; null when they cannot be known. A launch under way, which has none yet, is
    /// there without either.
    /// </summary>
    /// <exception cref="AdapterException">None is known, and a record by which there may be one cannot be read.</exception>
    public IReadOnlySet<(int Pid, long StartTicks)>? Leaders()
    {
        var sighting = new ProcessSighting(processes, folder.RepoPath);
        if (!sighting.IsKnown)
        {
            return null;
        }

        // The files come second, and each on its own: whatever an agent makes of them, a run that lives is kept awake.
        AdapterException? unreadable = null;
        var begins = false;
        IReadOnlyList<string> launched = [];
        TryRecords(() => launched = [.. LaunchFolder.LoopsOf(folder)]);
        foreach (var loop in launched)
        {
            TryRecords(() => begins |= LaunchSighting.Of(new LaunchFolder(folder, loop), sighting, processes) is { Lives: true, Leader: null });
        }

        var leaders = sighting.Leaders.Select(static l => (l.Process.Pid, l.Process.StartTicks)).ToHashSet();
        if (begins)
        {
            leaders.Add((0, 0));
        }

        return leaders.Count > 0 || unreadable is null ? leaders : throw unreadable;

        void TryRecords(Action look)
        {
            try
            {
                look();
            }
            catch (AdapterException e)
            {
                unreadable = e;
            }
        }
    }

    /// <summary>The loops that the configuration lists.</summary>
    public async Task<IReadOnlyList<string>> ConfiguredAsync(CancellationToken cancellation) =>
        [.. ConfiguredLoops.In(await ConfigAsync(cancellation)).Select(static l => l.Id).Where(LoopId.IsValid)];

    /// <summary>Loops that left artifacts, configured or not; no more than can be watched.</summary>
    public IReadOnlyList<string> WithArtifacts() => [.. folder.FoldersIn("loops", MaxWatched).Where(LoopId.IsValid)];

    /// <summary>Lets a loop's index go: one that came and went by its folder alone is not held for ever.</summary>
    public void Forget(string loopId) => loops.TryRemove(loopId, out _);

    /// <summary>Epoch and complete lines of a loop's log: what changes when there is something new to poll.</summary>
    public (string? Epoch, long Lines) LookAtLog(string loopId)
    {
        var view = ReaderOf(loopId).Log.Refresh();
        return (view.Epoch, view.LineCount);
    }

    /// <summary>Name of this repository's task: tasks of one sprite share their names.</summary>
    public string TaskName() => "superloop-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder.RepoPath)))[..12];

    /// <summary>The answer of <c>GET /ops/events</c>.</summary>
    public ReadOnlyMemory<byte> WritePage(string loopId, LogPage page)
    {
        var buffer = new ArrayBufferWriter<byte>(page.Envelopes.Sum(static e => e.Length + 1) + 512);
        using var json = new Utf8JsonWriter(buffer, EventEnvelopes.WriterOptions);
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, true);
        json.WriteString("schemaVersion"u8, ContractVersion.V1);
        json.WriteStartObject("source"u8);
        json.WriteString("repoPath"u8, folder.RepoPath);
        json.WriteString("loopId"u8, loopId);
        json.WriteEndObject();
        json.WriteStartArray("events"u8);
        foreach (var envelope in page.Envelopes)
        {
            json.WriteRawValue(envelope.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
        ErrorDocument.WriteCursor(json, page.EndLine, page.View.LineCount, time);
        if (page.View.Epoch is { } epoch)
        {
            json.WriteStartObject("ext"u8);
            json.WriteString("epoch"u8, epoch);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Lets the indexes of the logs go, which are most of what an adapter holds.</summary>
    public void Dispose() => loops.Clear();

    private IReadOnlyList<string> CapabilitiesOn(LoopObservation observation) =>
    [
        .. CanStart ? ["start"] : Array.Empty<string>(),
        .. ProcessTruth.ObserveOnly(observation) is null ? ControlVerbs.All : ControlVerbs.Decisions,
        "diagnostics",
    ];

    private ExitFacts? ExitOf(LoopObservation observation) => observation is { Exit: { } exit, Launch: { } launch }
        ? new ExitFacts
        {
            Code = exit.Code,
            At = exit.At,
            LogLine = exit.LogLine,
            OutputTail = new LaunchFolder(folder, launch.Launch.LoopId).OutputTail(launch.Launch, OutputTail.ReadBytes) is { } tail ? OutputTail.Clean(tail, secrets.Value) : null,
        }
        : null;

    /// <summary>
    /// A loop exists when the configuration lists it or it has left artifacts (it may have run from another configuration).
    /// Only such a loop gets an index, so that odd requests cannot fill the memory.
    /// </summary>
    private async Task<LoopReader> FindAsync(string? loopId, CancellationToken cancellation)
    {
        LoopId.Check(loopId);
        if (folder.FolderExists($"loops/{loopId}") || ConfiguredLoops.Find(await ConfigAsync(cancellation), loopId!) is not null)
        {
            return ReaderOf(loopId!);
        }

        // Not disposed: another request may be reading it at this moment.
        loops.TryRemove(loopId!, out _);
        throw new AdapterException(AdapterError.UnknownLoop(loopId!));
    }

    private LoopReader ReaderOf(string loopId) => loops.GetOrAdd(loopId, id => new LoopReader(folder, artifacts, processes, time, id));

    private async Task<JsonElement?> ConfigAsync(CancellationToken cancellation)
    {
        var config = (await artifacts.ReadAsync([ArtifactSpec.Config], artifacts.Deadline(), cancellation))[0];
        return config.Unreadable is null ? config.Value : throw new AdapterException(AdapterError.ConfigUnreadable());
    }
}
