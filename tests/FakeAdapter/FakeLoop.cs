using System.Text.Json;
using OpsManager.Contract;

namespace OpsManager.FakeAdapter;

/// <summary>
/// One loop and its process. It logs a line every few ticks: iterations until it may finish, and then its end. A loop whose name begins
/// with <c>asks</c> puts a candidate before people instead of its end; an approved one completes, a rejected one works on
/// and asks again. Calls are carried out one at a time.
/// </summary>
public sealed class FakeLoop(string id)
{
    private const int TicksPerLine = 3;
    private const int TicksOfRole = 2;
    private const int Terminated = 143;

    private static readonly string[] Capabilities = ["start", "pause", "resume", "cancel", "force_cancel", "approve", "reject"];

    private readonly Lock _gate = new();
    private readonly List<JsonElement> _lines = [];
    private readonly List<LoopEffect> _effects = [];
    private readonly List<int> _launches = [];
    private readonly Dictionary<(string Verb, string Key), ControlAnswer> _answers = [];
    private readonly bool _asks = id.StartsWith("asks", StringComparison.Ordinal);
    private OrderFacts? _order;
    private TombstoneFacts? _tombstone;
    private DecisionFacts? _decision;
    private FakeApproval? _approval;
    private ExitFacts? _exit;
    private IEnumerator<bool>? _script;
    private string? _runtimeRunId;
    private int _attempt;
    private long _baseLine;
    private long _iteration;
    private bool _stopped;
    private bool _mayFinish;
    private int _roleTicks;
    private int _ticks;
    private int _replays;
    private bool _hasNews;

    /// <summary>The time between two calls of <see cref="Advance"/>.</summary>
    public static TimeSpan Tick { get; } = TimeSpan.FromMilliseconds(100);

    private bool Alive => _script is not null;

    private static string Now => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>One tick of the process.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            if (_script is null)
            {
                return;
            }

            if (_stopped)
            {
                _roleTicks = Math.Max(0, _roleTicks - 1);
                return;
            }

            if (++_ticks % TicksPerLine == 0 && !_script.MoveNext())
            {
                Exit(0);
            }
        }
    }

    /// <summary>The run that has something its manager should look at now, since this was asked last; null if there is nothing.</summary>
    public string? TakeNews()
    {
        lock (_gate)
        {
            var news = _hasNews ? _order?.RunId : null;
            _hasNews = false;
            return news;
        }
    }

    /// <summary>Lets the loop come to its end.</summary>
    public void MayFinish()
    {
        lock (_gate)
        {
            _mayFinish = true;
        }
    }

    /// <summary>What became of it.</summary>
    public LoopReport Report()
    {
        lock (_gate)
        {
            return new LoopReport([.. _lines], [.. _effects], [.. _launches], _replays);
        }
    }

    /// <summary>Launches an attempt: once, and not after a cancel.</summary>
    public StartResponse Start(StartRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_gate)
        {
            if (_launches.Contains(request.Attempt))
            {
                _replays++;
                return new StartResponse { Ok = true, Started = new StartedProcess { Pid = request.Attempt, BaseLine = _baseLine, Epoch = id } };
            }

            var refusal = _tombstone is not null ? "tombstoned"
                : IsStale(request.Generation, request.Order) ? "stale_order"
                : Alive ? "already_running"
                : _approval is { Status: "pending" } ? "approval_outstanding"
                : null;
            if (refusal is not null)
            {
                return new StartResponse { Ok = false, Error = new ServiceError { Code = refusal, Message = refusal } };
            }

            _order = new OrderFacts { RunId = request.RunId, Generation = request.Generation, Order = request.Order };
            _launches.Add(request.Attempt);
            (_attempt, _baseLine, _exit, _stopped) = (request.Attempt, _lines.Count, null, false);
            _runtimeRunId = $"{Now}-{_attempt}";
            _script = Play().GetEnumerator();
            return new StartResponse { Ok = true, Started = new StartedProcess { Pid = _attempt, BaseLine = _baseLine, Epoch = id } };
        }
    }

    /// <summary>Carries out a control call, or says why not.</summary>
    public ControlAnswer Control(ControlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!Capabilities.Contains(request.Intent, StringComparer.Ordinal) || request.Intent == "start")
        {
            throw new Refusal(400, "invalid_request");
        }

        lock (_gate)
        {
            if (request.IdempotencyKey is { } key && _answers.TryGetValue((request.Intent, key), out var known))
            {
                _replays++;
                return known with { Replayed = true };
            }

            var refusal = Admit(request) ?? Carry(request);
            var answer = Answer(request, refusal);
            if (answer.Ok)
            {
                _effects.Add(new LoopEffect(request.IntentId!, request.Intent, request.Order!.Value));
                _answers.Add((request.Intent, request.IdempotencyKey!), answer);
            }

            return answer;
        }
    }

    /// <summary>The lines after a position.</summary>
    public EventPage Events(long after, int most, string? traceId = null)
    {
        lock (_gate)
        {
            if (after > _lines.Count)
            {
                throw new Refusal(409, "cursor_ahead");
            }

            var page = _lines.Skip((int)after).Take(most).Select((line, index) => FakeEnvelopes.Event(id, line, after + index + 1, _lines.Count, traceId)).ToList();
            return new EventPage
            {
                Ok = true,
                SchemaVersion = ContractVersion.V1,
                Source = FakeEnvelopes.Source(id),
                Events = page,
                Cursor = new EnvelopeCursor { EventLineOffset = after + page.Count, EventLineCount = _lines.Count },
            };
        }
    }

    /// <summary>The loop as it is.</summary>
    public LoopRunSnapshot Snapshot()
    {
        lock (_gate)
        {
            return FakeEnvelopes.Snapshot(id, Now, _lines, _runtimeRunId, _iteration, Status(), _approval) with
            {
                Ext = new SnapshotExtensions
                {
                    Capabilities = Capabilities,
                    Epoch = id,
                    Process = new ProcessFacts
                    {
                        Pid = _attempt == 0 ? null : _attempt,
                        BootId = "fake-boot",
                        Alive = Alive,
                        Stopped = Alive && _stopped,
                        LiveChildren = Alive && _stopped ? Math.Min(_roleTicks, 1) : 0,
                        Zombies = 0,
                        Quiescent = !Alive || (_stopped && _roleTicks == 0),
                    },
                    Attempt = _attempt == 0 ? null : new AttemptFacts { Number = _attempt, BaseLine = _baseLine, RuntimeRunId = _runtimeRunId },
                    Exit = _exit,
                    Control = new ControlFacts { Order = _order, Tombstone = _tombstone, Decision = _decision },
                },
            };
        }
    }

    private string Status() => this switch
    {
        { Alive: true } => "running",
        { _approval.Status: "pending" } => "awaiting_approval",
        { _exit.Code: 0 } => "complete",
        { _exit: not null } => "stopped",
        _ => "idle",
    };

    private bool IsStale(int generation, long order) => _order is { } seen && (generation < seen.Generation || order <= seen.Order);

    private string? Admit(ControlRequest request)
    {
        // A call that names no run can only ask for what is refused: a manager always names one.
        if (request.RunId is null)
        {
            return Known(request) ?? throw new Refusal(400, "invalid_request");
        }

        var repeated = _order is { } seen && seen.Order == request.Order && seen.Generation == request.Generation && seen.IntentId == request.IntentId;
        if (!repeated && IsStale(request.Generation!.Value, request.Order!.Value))
        {
            return "stale_order";
        }

        _order = new OrderFacts { RunId = request.RunId!, Generation = request.Generation!.Value, Order = request.Order!.Value, IntentId = request.IntentId };
        return _tombstone is not null && request.Intent is not ("cancel" or "force_cancel") ? "tombstoned" : null;
    }

    private string? Carry(ControlRequest request)
    {
        switch (request.Intent)
        {
            case "pause" or "resume" when !Alive:
                return "no_process";
            case "pause":
                (_stopped, _roleTicks) = (true, TicksOfRole);
                return null;
            case "resume":
                _stopped = false;
                return null;
            case "cancel" or "force_cancel":
                _tombstone ??= new TombstoneFacts { RunId = request.RunId!, At = Now, IntentId = request.IntentId, By = request.By };
                if (Alive)
                {
                    Exit(Terminated);
                }

                return null;
            default:
                return Decide(request);
        }
    }

    /// <summary>Why a decision has no candidate.</summary>
    private string? Known(ControlRequest request) =>
        request.Intent is not ("approve" or "reject") ? null
        : _approval is null ? "nothing_pending"
        : request.Candidate is { } named && (named.RuntimeRunId != _approval.RuntimeRunId || named.Iteration != _approval.Iteration) ? "candidate_mismatch"
        : null;

    private string? Decide(ControlRequest request)
    {
        if (Known(request) is { } refusal)
        {
            return refusal;
        }

        if (_approval!.Status != "pending")
        {
            return _decision!.IntentId == request.IntentId ? null : "already_decided";
        }

        var status = request.Intent == "approve" ? "approved" : "rejected";
        _decision = new DecisionFacts
        {
            Status = status,
            By = request.By,
            Note = string.IsNullOrEmpty(request.Note) ? request.IntentId : $"{request.IntentId}: {request.Note}",
            At = Now,
            IntentId = request.IntentId,
            RuntimeRunId = _approval.RuntimeRunId,
            Iteration = _approval.Iteration,
            RequestedAt = _approval.RequestedAt,
        };
        _approval = _approval with { Status = status, By = _decision.By, Note = _decision.Note, DecidedAt = _decision.At };
        Log("approval_decision", _approval.RuntimeRunId, new { status, by = _decision.By, note = _decision.Note, at = _decision.At });
        return null;
    }

    private ControlAnswer Answer(ControlRequest request, string? refusal) => new()
    {
        Ok = refusal is null,
        ExitCode = refusal is null ? 0 : 1,
        TraceId = request.TraceId,
        Error = refusal is null ? null : new ServiceError { Code = refusal, Message = refusal },
        Result = new ControlResult
        {
            Timestamp = Now,
            LoopId = id,
            Intent = request.Intent,
            Transport = "fake",
            Status = refusal is null ? "executed_unconfirmed" : "failed_command",
            IdempotencyKey = request.IdempotencyKey,
            IntentId = request.IntentId,
            RunId = request.RunId,
            Decision = request.Intent is "approve" or "reject" ? _decision : null,
        },
    };

    private void Exit(int code)
    {
        _exit = new ExitFacts { Code = code, At = Now, LogLine = _lines.Count };
        _script?.Dispose();
        (_script, _stopped, _hasNews) = (null, false, true);
    }

    /// <summary>The process, one line a step.</summary>
    private IEnumerable<bool> Play()
    {
        // A consumed approval is logged under the run and the iteration that asked for it.
        _iteration = _approval is { Status: "approved" } ? _approval.Iteration : 1;
        yield return Log("loop_start", _runtimeRunId, new { max_iterations = 1000 });
        if (_approval is { Status: "approved" } approved)
        {
            yield return Log("approval_consumed", approved.RuntimeRunId, new { status = approved.Status, by = approved.By, note = approved.Note });
            _approval = null;
            yield return Log("loop_complete", approved.RuntimeRunId, new { approval = true });
            yield break;
        }

        if (_approval is { Status: "rejected" })
        {
            yield return Log("approval_rejected", _runtimeRunId, new { status = "rejected" });
            _approval = null;
        }

        do
        {
            yield return Log("iteration_start", _runtimeRunId, new { });
            yield return Log("role_start", _runtimeRunId, new { }, "implementer");
            yield return Log("role_end", _runtimeRunId, new { }, "implementer");
            yield return Log("iteration_end", _runtimeRunId, new { });
            _iteration++;
        }
        while (!_mayFinish);

        _iteration--;
        if (_asks)
        {
            _approval = new FakeApproval("pending", _runtimeRunId!, _iteration, Now, null, null, null);
            yield return Log("approval_requested", _runtimeRunId, new { promise = true });
        }
        else
        {
            yield return Log("loop_complete", _runtimeRunId, new { });
        }
    }

    private bool Log(string name, string? runtimeRunId, object data, string? role = null)
    {
        _lines.Add(JsonSerializer.SerializeToElement(new { timestamp = Now, @event = name, loop_id = id, run_id = runtimeRunId, iteration = _iteration, role, data, line = _lines.Count + 1 }));
        return true;
    }
}
