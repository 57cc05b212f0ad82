using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Contract;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Tests.Support;

/// <summary>An adapter over a log in memory that a test writes to.</summary>
internal sealed class FakeAdapter(TimeProvider time) : IAdapterClient
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private int _written;
    private int _snapshotCalls;
    private int _eventCalls;
    private int _diagnosticsCalls;

    public string LoopId { get; set; } = Samples.Loop.Value;

    public string RepoPath { get; set; } = "/srv/repo";

    public string? Identity { get; set; }

    public string[]? Capabilities { get; set; }

    /// <summary>Whether the runtime's files and process show a leader at work.</summary>
    public bool Running { get; set; } = true;

    /// <summary>Code that every call fails with, or null.</summary>
    public string? Failure { get; set; }

    /// <summary>What that failure says; by default its code.</summary>
    public string? FailureDetail { get; set; }

    /// <summary>Code that every page of events fails with, or null.</summary>
    public string? EventsFailure { get; set; }

    /// <summary>Whether calls are answered only when they are cancelled.</summary>
    public bool Hangs { get; set; }

    /// <summary>Lines that make a page fail.</summary>
    public HashSet<long> Poison { get; } = [];

    /// <summary>Lines that come without a readable envelope.</summary>
    public HashSet<long> Unreadable { get; } = [];

    public List<StartOrder> Starts { get; } = [];

    /// <summary>What it answers about diagnostics.</summary>
    public string Diagnostics { get; set; } = """{"ok":true,"schemaVersion":"v1"}""";

    /// <summary>Code that every request for diagnostics fails with, or null.</summary>
    public string? DiagnosticsFailure { get; set; }

    /// <summary>Told before each answer about diagnostics, with the number of the call.</summary>
    public Func<int, Task>? OnDiagnostics { get; set; }

    /// <summary>Requests for diagnostics.</summary>
    public int DiagnosticsCalls => _diagnosticsCalls;

    public Func<StartOrder, AdapterResult<StartAnswer>>? OnStart { get; set; }

    /// <summary>Intents that were sent, in order.</summary>
    public List<ControlOrder> Controls { get; } = [];

    /// <summary>Answers intents; by default they are done.</summary>
    public Func<ControlOrder, AdapterResult<DeliveryAnswer>>? OnControl { get; set; }

    /// <summary>Children of the leader that live.</summary>
    public int LiveChildren { get; set; }

    /// <summary>Whether the leader is stopped.</summary>
    public bool Paused { get; set; }

    /// <summary>Told before each snapshot, with the number of the call.</summary>
    public Func<int, Task>? OnSnapshot { get; set; }

    /// <summary>Told each snapshot before it is sent; may change it.</summary>
    public Action<JsonObject>? Shape { get; set; }

    public int SnapshotCalls => _snapshotCalls;

    public int EventCalls => _eventCalls;

    public long LineCount
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>Logs events. Each line is different, as real ones are by their time.</summary>
    public FakeAdapter Log(params string[] names)
    {
        lock (_lock)
        {
            foreach (var name in names)
            {
                _written++;
                _lines.Add(new JsonObject
                {
                    ["timestamp"] = Samples.Start.AddSeconds(_written).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                    ["event"] = name,
                    ["loop_id"] = LoopId,
                    ["run_id"] = "2030-01-01T00:00:00Z",
                    ["iteration"] = 1,
                }.ToJsonString());
            }
        }

        return this;
    }

    /// <summary>Logs an event with members of its own; its time is that of the line.</summary>
    public FakeAdapter Append(JsonObject line)
    {
        lock (_lock)
        {
            line["timestamp"] = Samples.Start.AddSeconds(++_written).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
            line["loop_id"] = LoopId;
            _lines.Add(line.ToJsonString());
        }

        return this;
    }

    public void Truncate(int lines)
    {
        lock (_lock)
        {
            _lines.RemoveRange(lines, _lines.Count - lines);
        }
    }

    /// <summary>Ends the runtime's process.</summary>
    public FakeAdapter Stopped()
    {
        Running = false;
        return this;
    }

    public async Task<AdapterResult<SnapshotReading>> GetSnapshotAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _snapshotCalls);
        if (OnSnapshot is { } told)
        {
            await told(call);
        }

        await HangAsync(cancellationToken);
        if (Failure is { } code)
        {
            return new AdapterFailure<SnapshotReading>(code, FailureDetail ?? $"told to fail with {code}");
        }

        var raw = Encoding.UTF8.GetBytes(Snapshot().ToJsonString());
        return EnvelopeValidator.ReadSnapshot(raw, loopId.Value) is ValidEnvelope<LoopRunSnapshot> valid
            ? new AdapterAnswer<SnapshotReading>(new SnapshotReading(valid.Envelope, raw))
            : throw new InvalidOperationException("The fake adapter's snapshot is not valid.");
    }

    public async Task<AdapterResult<DiagnosticsReading>> GetDiagnosticsAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _diagnosticsCalls);
        if (OnDiagnostics is { } told)
        {
            await told(call);
        }

        await HangAsync(cancellationToken);
        return (Failure ?? DiagnosticsFailure) is { } code
            ? new AdapterFailure<DiagnosticsReading>(code, FailureDetail ?? $"told to fail with {code}")
            : new AdapterAnswer<DiagnosticsReading>(new DiagnosticsReading(Encoding.UTF8.GetBytes(Diagnostics)));
    }

    public async Task<AdapterResult<EventsReading>> GetEventsAsync(SpriteRef sprite, LoopId loopId, long cursor, int maxEvents, string? traceId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _eventCalls);
        await HangAsync(cancellationToken);
        if ((Failure ?? EventsFailure) is { } code)
        {
            return new AdapterFailure<EventsReading>(code, $"told to fail with {code}");
        }

        lock (_lock)
        {
            if (cursor > _lines.Count)
            {
                return new AdapterFailure<EventsReading>(AdapterFailureCodes.CursorAhead, "ahead");
            }

            var numbers = Enumerable.Range((int)cursor + 1, (int)Math.Min(maxEvents, _lines.Count - cursor)).ToArray();
            return numbers.Any(number => Poison.Contains(number))
                ? new AdapterFailure<EventsReading>(AdapterFailureCodes.AdapterError, "HTTP 502")
                : new AdapterAnswer<EventsReading>(new EventsReading([.. numbers.Select(Read)], _lines.Count));
        }
    }

    public Task<AdapterResult<StartAnswer>> StartAsync(SpriteRef sprite, LoopId loopId, StartOrder order, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Starts.Add(order);
            return Task.FromResult(OnStart?.Invoke(order) ?? new AdapterAnswer<StartAnswer>(new StartAnswer(true, null, null, _lines.Count)));
        }
    }

    public async Task<AdapterResult<DeliveryAnswer>> ControlAsync(SpriteRef sprite, LoopId loopId, ControlOrder order, string? traceId, CancellationToken cancellationToken)
    {
        await HangAsync(cancellationToken);
        lock (_lock)
        {
            Controls.Add(order);
            return OnControl?.Invoke(order) ?? new AdapterAnswer<DeliveryAnswer>(new DeliveryAnswer(order.Intent, DeliveryOutcome.Done));
        }
    }

    private async Task HangAsync(CancellationToken cancellationToken)
    {
        if (Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
    }

    private EventReading Read(int number)
    {
        if (Unreadable.Contains(number))
        {
            return new EventReading(number, null, "\"half a li\""u8.ToArray(), "not_an_object");
        }

        var raw = JsonNode.Parse(_lines[number - 1])!.AsObject();
        var envelope = new JsonObject
        {
            ["schemaVersion"] = "v1",
            ["envelopeType"] = "loop_run_event",
            ["emittedAt"] = time.GetUtcNow().ToString("O"),
            ["source"] = new JsonObject { ["repoPath"] = RepoPath, ["loopId"] = LoopId },
            ["sequence"] = new JsonObject { ["source"] = "cursor_event_line_offset", ["value"] = number },
            ["cursor"] = new JsonObject { ["eventLineOffset"] = number, ["eventLineCount"] = _lines.Count },
            ["run"] = new JsonObject { ["runId"] = raw["run_id"]!.DeepClone(), ["iteration"] = raw["iteration"]?.DeepClone() },
            ["event"] = new JsonObject
            {
                ["timestamp"] = raw["timestamp"]!.DeepClone(),
                ["name"] = raw["event"]!.DeepClone(),
                ["role"] = raw["role"]?.DeepClone(),
                ["status"] = raw["status"]?.DeepClone(),
                ["message"] = null,
                ["payload"] = raw["data"]?.DeepClone(),
                ["raw"] = raw.DeepClone(),
            },
        };
        var bytes = Encoding.UTF8.GetBytes(envelope.ToJsonString());
        return new EventReading(number, JsonSerializer.Deserialize(bytes, ContractJsonContext.Default.LoopRunEvent), bytes, null);
    }

    private JsonObject Snapshot()
    {
        var count = LineCount;
        var activeRun = Running
            ? new JsonObject { ["repo"] = RepoPath, ["pid"] = 4711, ["pgid"] = 4711, ["loop_id"] = LoopId, ["iteration"] = 1, ["stage"] = "loop_start" }
            : null;
        var snapshot = new JsonObject
        {
            ["schemaVersion"] = "v1",
            ["envelopeType"] = "loop_run_snapshot",
            ["emittedAt"] = time.GetUtcNow().ToString("O"),
            ["source"] = new JsonObject { ["repoPath"] = RepoPath, ["loopId"] = LoopId },
            ["run"] = new JsonObject { ["runId"] = null, ["iteration"] = null, ["status"] = Running ? "running" : "idle", ["summary"] = null },
            ["runtime"] = new JsonObject
            {
                ["superloopState"] = new JsonObject { ["active"] = Running, ["loop_index"] = 0, ["iteration"] = 1, ["current_loop_id"] = LoopId },
                ["activeRun"] = activeRun,
                ["approval"] = null,
                ["heartbeat"] = null,
            },
            ["artifacts"] = new JsonObject
            {
                ["events"] = Artifact("events.jsonl", count > 0, count),
                ["runSummary"] = Artifact("run-summary.json", false, 0),
                ["state"] = Artifact("state.json", true, 1),
                ["activeRun"] = Artifact("active-run.json", Running, Running ? 1 : 0),
                ["approval"] = Artifact("approval.json", false, 0),
            },
            ["sequence"] = new JsonObject { ["source"] = "cursor_event_line_offset", ["value"] = count },
            ["cursor"] = new JsonObject { ["eventLineOffset"] = count, ["eventLineCount"] = count },
            ["health"] = new JsonObject
            {
                ["eventCount"] = count,
                ["lastEventAt"] = null,
                ["lastEventName"] = null,
                ["lastSummaryAt"] = null,
                ["hasPendingApproval"] = false,
                ["gates"] = null,
                ["stuck"] = null,
            },
        };
        var ext = new JsonObject();
        if (Capabilities is { } capabilities)
        {
            ext["capabilities"] = new JsonArray([.. capabilities.Select(verb => (JsonNode)verb)]);
            ext["process"] = new JsonObject { ["pid"] = 4711, ["alive"] = Running, ["stopped"] = Running && Paused, ["liveChildren"] = LiveChildren, ["bootId"] = "boot" };
        }

        if (Identity is { } identity)
        {
            ext["epoch"] = identity;
        }

        if (ext.Count > 0)
        {
            snapshot["ext"] = ext;
        }

        Shape?.Invoke(snapshot);
        return snapshot;
    }

    private static JsonObject Artifact(string path, bool exists, long lines) => new()
    {
        ["path"] = path,
        ["exists"] = exists,
        ["sizeBytes"] = lines * 100,
        ["lineCount"] = lines,
        ["sha256"] = exists ? new string('a', 64) : null,
        ["mtimeEpoch"] = exists ? 1_893_456_000 + lines : null,
    };
}
