using System.Globalization;
using System.Text.Json.Nodes;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Tests.Crashes;

/// <summary>A loop, its process, and an adapter that obeys the contract: it remembers orders, knows a repeated call and carries nothing out twice.</summary>
internal sealed class LoopOnSprite
{
    private static readonly string[] EveryCapability = ["start", "pause", "resume", "cancel", "force_cancel", "approve", "reject", "diagnostics"];

    private readonly FakeAdapter _adapter;
    private readonly Dictionary<string, DeliveryAnswer> _done = new(StringComparer.Ordinal);
    private readonly List<string> _effects = [];
    private readonly List<long> _orders = [];
    private JsonObject? _approval;
    private JsonObject? _decision;
    private string? _tombstone;
    private string? _cancelledRun;
    private int _starts;
    private int _iteration;
    private int? _exit;
    private long _exitLine;
    private int _attempt;
    private long _baseLine;

    public LoopOnSprite(FakeAdapter adapter)
    {
        _adapter = adapter;
        adapter.Capabilities = EveryCapability;
        adapter.Running = false;
        adapter.Shape = Shape;
        adapter.OnStart = Start;
        adapter.OnControl = Control;
    }

    /// <summary>Whether the process outlives a cancel.</summary>
    public bool IsStubborn { get; set; }

    /// <summary>Why no process can be launched.</summary>
    public string? StartRefusal { get; set; }

    /// <summary>What was carried out, each with the intent or attempt that asked for it.</summary>
    public IReadOnlyList<string> Effects => _effects;

    /// <summary>Orders of the calls, in the order of their coming.</summary>
    public IReadOnlyList<long> Orders => _orders;

    public bool IsAlive => _adapter.Running;

    private string RuntimeRunId => $"r{_starts}";

    /// <summary>The process begins to work.</summary>
    public void Begin()
    {
        _adapter.Running = true;
        _adapter.Paused = false;
        _exit = null;
        _iteration = 0;
        _starts++;
        Log("loop_start");
        if (_approval is not { } taken)
        {
            Iterate();
            return;
        }

        _approval = null;
        switch (taken["status"]!.GetValue<string>())
        {
            case "approved":
                Log("approval_consumed", taken["run_id"]!.GetValue<string>(), taken["iteration"]!.GetValue<int>(), status: "approved", decision: taken["decision"]);
                Finish();
                break;
            case "rejected":
                Log("approval_rejected", iteration: taken["iteration"]!.GetValue<int>(), status: "rejected");
                Iterate();
                break;
            default:
                throw new InvalidOperationException("Launched while its candidate waits.");
        }
    }

    public void Iterate()
    {
        _iteration++;
        Log("iteration_start");
    }

    /// <summary>The runtime asks for a decision and leaves.</summary>
    public void AskApproval(DateTimeOffset now)
    {
        _approval = new JsonObject
        {
            ["status"] = "pending",
            ["run_id"] = RuntimeRunId,
            ["iteration"] = _iteration,
            ["requested_at"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        Log("approval_requested");
        End(0);
    }

    /// <summary>The loop reaches its goal.</summary>
    public void Finish()
    {
        Log("loop_complete");
        End(0);
    }

    /// <summary>The process is gone.</summary>
    public void End(int code)
    {
        _adapter.Running = false;
        _adapter.Paused = false;
        _exit = code;
        _exitLine = _adapter.LineCount;
    }

    private AdapterResult<StartAnswer> Start(StartOrder order)
    {
        if (Overtaken(order.Order))
        {
            return Started(false, "stale_order", null);
        }

        if (StartRefusal is { } refusal)
        {
            return Started(false, "start_refused", refusal);
        }

        var refused = Launch(order.Attempt, $"attempt-{order.Attempt}");
        return Started(refused is null, refused, null);
    }

    private AdapterAnswer<StartAnswer> Started(bool accepted, string? code, string? detail) => new(new StartAnswer(accepted, code, detail, accepted ? _baseLine : null));

    private AdapterResult<DeliveryAnswer> Control(ControlOrder order)
    {
        if (Overtaken(order.Order))
        {
            return Refused(order, "stale_order");
        }

        if (_done.TryGetValue(order.Intent.Value, out var known))
        {
            return new AdapterAnswer<DeliveryAnswer>(known);
        }

        if (_tombstone is not null && !order.Verb.Ends())
        {
            return Refused(order, "tombstoned");
        }

        return order.Verb switch
        {
            IntentVerb.Pause or IntentVerb.Resume when !IsAlive => Refused(order, "no_process"),
            IntentVerb.Pause => Done(order, () => _adapter.Paused = true),
            IntentVerb.Resume => Done(order, () => _adapter.Paused = false),
            IntentVerb.Approve or IntentVerb.Reject => Decide(order),
            _ => Cancel(order),
        };
    }

    private AdapterResult<DeliveryAnswer> Cancel(ControlOrder order)
    {
        _tombstone ??= order.Intent.Value;
        _cancelledRun = order.RunId.Value;
        if (IsAlive && IsStubborn && order.Verb == IntentVerb.Cancel)
        {
            return new AdapterAnswer<DeliveryAnswer>(new DeliveryAnswer(order.Intent, DeliveryOutcome.Unproven, "still_alive", "The leader ignores the signal."));
        }

        return Done(order, () =>
        {
            if (IsAlive)
            {
                End(order.Verb == IntentVerb.ForceCancel ? 137 : 143);
            }
        });
    }

    private AdapterResult<DeliveryAnswer> Decide(ControlOrder order)
    {
        if (_approval is not { } file || file["status"]!.GetValue<string>() != "pending")
        {
            return Refused(order, _approval is null ? "nothing_pending" : "already_decided");
        }

        return Done(order, () =>
        {
            var status = order.Verb == IntentVerb.Approve ? "approved" : "rejected";
            var decision = new JsonObject { ["by"] = order.By, ["note"] = order.Intent.Value };
            file["status"] = status;
            file["decision"] = decision;
            _decision = new JsonObject { ["status"] = status, ["intentId"] = order.Intent.Value };
            Log("approval_decision", file["run_id"]!.GetValue<string>(), file["iteration"]!.GetValue<int>(), "human", status, decision);
        });
    }

    private string? Launch(int attempt, string by)
    {
        if (_tombstone is not null)
        {
            return "tombstoned";
        }

        if (_attempt == attempt)
        {
            return null;
        }

        if (IsAlive)
        {
            return "already_running";
        }

        _attempt = attempt;
        _baseLine = _adapter.LineCount;
        _effects.Add(by);
        Begin();
        return null;
    }

    private AdapterAnswer<DeliveryAnswer> Done(ControlOrder order, Action effect)
    {
        _effects.Add(order.Intent.Value);
        effect();
        var answer = new DeliveryAnswer(order.Intent, DeliveryOutcome.Done);
        _done[order.Intent.Value] = answer;
        return new AdapterAnswer<DeliveryAnswer>(answer);
    }

    private static AdapterAnswer<DeliveryAnswer> Refused(ControlOrder order, string code) => new(new DeliveryAnswer(order.Intent, DeliveryOutcome.Refused, code));

    private bool Overtaken(long order)
    {
        var overtaken = _orders.Count > 0 && order < _orders.Max();
        _orders.Add(order);
        return overtaken;
    }

    private void Log(string name, string? runtimeRunId = null, int? iteration = null, string? role = null, string? status = null, JsonNode? decision = null) =>
        _adapter.Append(new JsonObject
        {
            ["event"] = name,
            ["run_id"] = runtimeRunId ?? RuntimeRunId,
            ["iteration"] = iteration ?? _iteration,
            ["role"] = role,
            ["status"] = status,
            ["data"] = decision?.DeepClone(),
        });

    private void Shape(JsonObject snapshot)
    {
        var (runtime, artifacts, ext) = (snapshot["runtime"]!, snapshot["artifacts"]!, snapshot["ext"]!.AsObject());
        if (_starts == 0)
        {
            runtime["superloopState"] = null;
            artifacts["state"]!["exists"] = false;
            ext.Remove("process");
        }

        if (_approval is { } approval)
        {
            runtime["approval"] = approval.DeepClone();
            artifacts["approval"]!["exists"] = true;
        }

        if (_attempt > 0)
        {
            ext["attempt"] = new JsonObject { ["number"] = _attempt, ["baseLine"] = _baseLine };
        }

        if (_exit is { } code)
        {
            ext["exit"] = new JsonObject { ["code"] = code, ["logLine"] = _exitLine };
        }

        var control = new JsonObject();
        if (_tombstone is { } tombstone)
        {
            control["tombstone"] = new JsonObject { ["runId"] = _cancelledRun, ["at"] = "2030-01-01T00:00:00Z", ["intentId"] = tombstone };
        }

        if (_decision is { } decision)
        {
            control["decision"] = decision.DeepClone();
        }

        ext["control"] = control;
    }
}
