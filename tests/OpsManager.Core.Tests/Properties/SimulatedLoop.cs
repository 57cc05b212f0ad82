using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Properties;

/// <summary>
/// A loop, its runtime process and an adapter that obeys the contract, small enough to be played a hundred thousand times. It is the
/// truth that the manager's conclusions are held against.
/// </summary>
internal sealed class SimulatedLoop
{
    private readonly List<ReceivedFact> _log = [];
    private readonly bool _exitCodesKnown;
    private readonly bool _isV1;
    private bool _begun;
    private bool _takesUp;
    private bool _roleAtWork;
    private long _iteration;
    private int _starts;
    private ExitRecord? _exit;
    private ApprovalFileFacts? _approval;
    private (string Intent, string Status)? _ownDecision;
    private string? _tombstone;
    private int _launchedAttempt;
    private long _launchedAt;
    private long _order;
    private bool _isTidied;

    /// <param name="isThere">Whether somebody else launched it, so that the adapter does not learn how it exits.</param>
    /// <param name="isV1">Whether its adapter speaks v1 only: it knows nothing of processes, of the manager's runs and their order.</param>
    public SimulatedLoop(bool isThere, bool isV1)
    {
        _exitCodesKnown = !isThere;
        _isV1 = isV1;
        if (isThere)
        {
            Begin();
        }
    }

    public bool Alive { get; private set; }

    public bool Stopped { get; private set; }

    /// <summary>Whether the leader has asked for a decision and has nothing left to do but exit.</summary>
    public bool MustExit { get; private set; }

    public int Children { get; private set; }

    /// <summary>The last end that the log states, if nothing was logged after it.</summary>
    public string? LoggedEnd { get; private set; }

    /// <summary>Whether the last process was killed.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>Whether the adapter carried out a cancel.</summary>
    public bool Cancelled { get; private set; }

    public long Lines => _log.Count;

    public int RoleStarts { get; private set; }

    public List<string> Launches { get; } = [];

    public ApprovalFileFacts? Approval => _approval;

    public void Tick(int choice, DateTimeOffset now)
    {
        if (!Alive)
        {
            // What a dead leader left behind ends by itself.
            Children = choice % 2 == 0 ? 0 : Children;
            return;
        }

        if (Stopped)
        {
            Children = 0;
            return;
        }

        if (MustExit)
        {
            End(0);
            return;
        }

        if (!_begun || _takesUp)
        {
            Start(choice % 16, now);
            return;
        }

        switch (choice % 16)
        {
            case 0 or 1 or 2:
                Log("iteration_start", now, iteration: ++_iteration);
                break;
            case 3 or 4 or 5 or 6:
                _roleAtWork = true;
                RoleStarts++;
                Children = 1;
                Log("role_start", now, role: "implementer");
                break;
            case 7 or 8 when _roleAtWork:
                _roleAtWork = false;
                Children = 0;
                Log("role_end", now, role: "implementer");
                break;
            case 9 or 10 when !_roleAtWork:
                _approval = new ApprovalFileFacts("pending", RuntimeRunId, Math.Max(1, _iteration), now, null, null);
                _ownDecision = null;
                Log("approval_requested", now, iteration: _approval.Iteration);
                MustExit = true;
                break;
            case 11 when !_roleAtWork:
                Finish("loop_complete", 0, now);
                break;
            case 12 when !_roleAtWork:
                Finish("loop_stop", 1, now, "max_iterations");
                break;
            case 13:
                End(1);
                break;
            case 14:
                End(137, survivors: choice / 16 % 2);
                break;
            default:
                break;
        }
    }

    /// <summary>Somebody in the sprite decides without the manager.</summary>
    public void DecideByHand(bool approve, DateTimeOffset now)
    {
        if (_approval is { Status: "pending" })
        {
            Decide(approve ? "approved" : "rejected", "bob", null, now);
        }
    }

    public StartAnswer Launch(int attempt)
    {
        var answer = Relaunch(IntentId.Parse("first-launch"), attempt);
        return new StartAnswer(answer.Outcome == DeliveryOutcome.Done, answer.Code, null, answer.BaseLine);
    }

    /// <summary>Carries an intent out as the adapter does; a repeated call finds its work done.</summary>
    public DeliveryAnswer Carry(Intent intent, long order, DateTimeOffset now)
    {
        if (_isV1)
        {
            return intent.Verb switch
            {
                IntentVerb.Cancel => CancelByRuntime(intent.Id),
                IntentVerb.Approve or IntentVerb.Reject => Approve(intent, now),
                _ => throw new InvalidOperationException($"A v1 endpoint knows no {intent.Verb}."),
            };
        }

        if (order < _order)
        {
            return new DeliveryAnswer(intent.Id, DeliveryOutcome.Unknown, "stale_order");
        }

        _order = order;
        return intent.Verb switch
        {
            _ when _tombstone is not null && !intent.Verb.Ends() => Refuse(intent.Id, "tombstoned"),
            IntentVerb.Pause => Hold(intent, true),
            IntentVerb.Resume => Hold(intent, false),
            IntentVerb.Cancel or IntentVerb.ForceCancel => Cancel(intent),
            IntentVerb.Relaunch => Relaunch(intent.Id, intent.Attempt!.Value),
            _ => Approve(intent, now),
        };
    }

    public Observation Observe(LoopRun run, DateTimeOffset now, bool lagging, bool contradictory) => new()
    {
        ReceivedAt = now,
        SpriteTime = now,
        Evidence = EvidenceFold.Apply(run.Evidence, lagging ? _log.SkipLast(1) : _log, run.Spec.Launch),
        CaughtUp = !lagging || _log.Count == 0,
        Capabilities = _isV1 ? null : Story.EveryCapability.ToValueList(),
        Runtime = _isV1 ? Files(contradictory) : Files(contradictory) with
        {
            Leader = _starts == 0 && !Alive && _exit is null ? null : new LeaderFacts(Alive, Alive && Stopped, Children, "boot-1"),
            Exit = _exitCodesKnown || _launchedAttempt > 0 ? _exit : null,
            Launch = _launchedAttempt > 0 ? new LaunchRecord(_launchedAttempt, _launchedAt, null, "run-1") : null,
            Control = new ControlFactsSeen(_tombstone is null ? null : "run-1", _tombstone, _ownDecision?.Intent, _ownDecision?.Status),
        },
    };

    private RuntimeFacts Files(bool contradictory) => new()
    {
        State = _starts == 0 || _isTidied ? null : new StateFileFacts((Alive || WasKilled) && !contradictory, Story.Loop, _iteration),
        ActiveRun = _starts > 0 && !_isTidied && (Alive || WasKilled) ? new ActiveRunFacts(100, 100, Story.Loop, "role_start") : null,
        Approval = _approval,
    };

    private string RuntimeRunId => $"r{_starts}";

    private DeliveryAnswer Hold(Intent intent, bool stop)
    {
        // Of a process that it did not launch, an adapter knows no number.
        if (_launchedAttempt > intent.Attempt)
        {
            return Refuse(intent.Id, "superseded");
        }

        if (!Alive || (_launchedAttempt > 0 && _launchedAttempt < intent.Attempt))
        {
            return Refuse(intent.Id, "no_process");
        }

        Stopped = stop;
        return new DeliveryAnswer(intent.Id, DeliveryOutcome.Done);
    }

    /// <summary>The runtime's own cancel: it ends the process that is active and removes the files that say so.</summary>
    private DeliveryAnswer CancelByRuntime(IntentId id)
    {
        Cancelled = true;
        if (Alive)
        {
            End(143);
        }

        Children = 0;
        _isTidied = true;
        return new DeliveryAnswer(id, DeliveryOutcome.Done);
    }

    private DeliveryAnswer Cancel(Intent intent)
    {
        _tombstone ??= intent.Id.Value;
        Cancelled = true;
        if (Alive)
        {
            End(intent.Verb == IntentVerb.ForceCancel ? 137 : 143);
        }

        Children = 0;
        return new DeliveryAnswer(intent.Id, DeliveryOutcome.Done);
    }

    private DeliveryAnswer Relaunch(IntentId id, int attempt)
    {
        if (_tombstone is not null)
        {
            return Refuse(id, "tombstoned");
        }

        if (_launchedAttempt == attempt)
        {
            return new DeliveryAnswer(id, DeliveryOutcome.Done, BaseLine: _launchedAt);
        }

        if (Alive)
        {
            return Refuse(id, "already_running");
        }

        if (Children > 0)
        {
            return Refuse(id, "not_quiescent");
        }

        if (_approval is { Status: "pending" })
        {
            return Refuse(id, "approval_outstanding");
        }

        _launchedAttempt = attempt;
        _launchedAt = _log.Count;
        Launches.Add(id.Value);
        Begin();
        return new DeliveryAnswer(id, DeliveryOutcome.Done, BaseLine: _launchedAt);
    }

    private DeliveryAnswer Approve(Intent intent, DateTimeOffset now)
    {
        if (_approval is not { } file)
        {
            return Refuse(intent.Id, "nothing_pending");
        }

        if (!intent.Candidate!.Matches(new Candidate(file.RuntimeRunId!, file.Iteration!.Value, file.RequestedAt)))
        {
            return Refuse(intent.Id, "candidate_mismatch");
        }

        var wanted = intent.Verb == IntentVerb.Approve ? "approved" : "rejected";
        if (file.Status != "pending")
        {
            return file.Status == wanted && file.Note == intent.Id.Value
                ? new DeliveryAnswer(intent.Id, DeliveryOutcome.Done)
                : new DeliveryAnswer(intent.Id, DeliveryOutcome.Refused, "already_decided", By: file.DecidedBy);
        }

        _ownDecision = (intent.Id.Value, wanted);
        Decide(wanted, intent.By, intent.Id.Value, now);
        return new DeliveryAnswer(intent.Id, DeliveryOutcome.Done);
    }

    private static DeliveryAnswer Refuse(IntentId id, string code) => new(id, DeliveryOutcome.Refused, code);

    private void Decide(string status, string by, string? note, DateTimeOffset now)
    {
        var asked = _approval!;
        _approval = asked with { Status = status, DecidedBy = by, Note = note };
        Log("approval_decision", now, run: asked.RuntimeRunId, iteration: asked.Iteration, role: "human", status: status, by: by, note: note);
    }

    private void Begin()
    {
        Alive = true;
        Stopped = false;
        Children = 0;
        _begun = false;
        _takesUp = false;
        _roleAtWork = false;
        MustExit = false;
        WasKilled = false;
        _isTidied = false;
        _exit = null;
        _iteration = 0;
        LoggedEnd = null;
    }

    /// <summary>A process begins, and takes a standing decision up at once, a little later, or never because it dies first.</summary>
    private void Start(int choice, DateTimeOffset now)
    {
        if (!_begun)
        {
            _starts++;
            _begun = true;
            Log("loop_start", now);
            if (_approval is { Status: "approved" or "rejected" } && choice is 12 or 13 or 14)
            {
                _takesUp = choice == 12;
                if (!_takesUp)
                {
                    End(choice == 13 ? 1 : 137);
                }

                return;
            }
        }

        _takesUp = false;
        switch (_approval)
        {
            case { Status: "pending" }:
                Log("approval_wait", now);
                MustExit = true;
                break;
            case { Status: "approved" } taken:
                Log("approval_consumed", now, run: taken.RuntimeRunId, iteration: taken.Iteration, status: "approved", by: taken.DecidedBy, note: taken.Note);
                _approval = null;
                Finish("loop_complete", 0, now);
                break;
            case { Status: "rejected" } taken:
                Log("approval_rejected", now, iteration: taken.Iteration, status: "rejected");
                _approval = null;
                break;
            default:
                break;
        }
    }

    private void Finish(string name, int code, DateTimeOffset now, string? reason = null)
    {
        Log(name, now, reason: reason);
        LoggedEnd = name;
        End(code);
    }

    private void End(int code, int survivors = 0)
    {
        Alive = false;
        Stopped = false;
        Children = survivors;
        _roleAtWork = false;
        WasKilled = code == 137;
        _exit = new ExitRecord(code, _log.Count, "text");
    }

    private void Log(
        string name,
        DateTimeOffset now,
        string? run = null,
        long? iteration = null,
        string? role = null,
        string? status = null,
        string? by = null,
        string? note = null,
        string? reason = null)
    {
        _log.Add(new ReceivedFact(
            new EventFact
            {
                Sequence = _log.Count + 1,
                Epoch = 1,
                Line = _log.Count + 1,
                Name = name,
                RuntimeRunId = run ?? RuntimeRunId,
                Iteration = iteration ?? _iteration,
                Role = role,
                Status = status,
                Reason = reason,
                DecidedBy = by,
                Note = note,
                Timestamp = now,
            },
            now));
    }
}
