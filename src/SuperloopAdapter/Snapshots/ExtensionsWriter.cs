using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Writes <c>ext</c> by hand, as <see cref="SnapshotWriter"/> does the rest and for the same reason. A test fills every member there is and compares
/// with the serializer, so that a new one cannot be forgotten here.
/// </summary>
internal static class ExtensionsWriter
{
    public static void Write(Utf8JsonWriter json, SnapshotExtensions ext)
    {
        json.WriteStartObject();
        if (ext.Capabilities is { } capabilities)
        {
            json.WriteStartArray("capabilities"u8);
            foreach (var capability in capabilities)
            {
                json.WriteStringValue(capability);
            }

            json.WriteEndArray();
        }

        Text(json, "epoch"u8, ext.Epoch);
        Write(json, "process"u8, ext.Process);
        Write(json, "attempt"u8, ext.Attempt);
        if (ext.Unreadable is { } unreadable)
        {
            json.WriteStartObject("unreadable"u8);
            foreach (var (artifact, reason) in unreadable)
            {
                json.WriteString(artifact, reason);
            }

            json.WriteEndObject();
        }

        Write(json, "exit"u8, ext.Exit);
        Write(json, "activity"u8, ext.Activity);
        Write(json, "progress"u8, ext.Progress);
        Write(json, "control"u8, ext.Control);
        if (ext.ObserveOnly is { } observeOnly)
        {
            json.WriteStartObject("observeOnly"u8);
            json.WriteString("reason"u8, observeOnly.Reason);
            Text(json, "message"u8, observeOnly.Message);
            End(json, observeOnly.AdditionalMembers);
        }

        if (ext.ForeignLeaders is { } leaders)
        {
            json.WriteStartArray("foreignLeaders"u8);
            foreach (var leader in leaders)
            {
                json.WriteStartObject();
                json.WriteNumber("pid"u8, leader.Pid);
                Number(json, "pgid"u8, leader.Pgid);
                Number(json, "startTicks"u8, leader.StartTicks);
                Text(json, "loopId"u8, leader.LoopId);
                json.WriteBoolean("stopped"u8, leader.Stopped);
                End(json, leader.AdditionalMembers);
            }

            json.WriteEndArray();
        }

        Write(json, "pendingDecision"u8, ext.PendingDecision);
        if (ext.PendingRecovery is { } recovery)
        {
            json.WriteStartObject("pendingRecovery"u8);
            Text(json, "at"u8, recovery.At);
            Number(json, "iteration"u8, recovery.Iteration);
            Text(json, "command"u8, recovery.Command);
            Text(json, "category"u8, recovery.Category);
            Text(json, "reason"u8, recovery.Reason);
            End(json, recovery.AdditionalMembers);
        }

        if (ext.Beat is { } beat)
        {
            json.WriteStartObject("beat"u8);
            json.WriteString("at"u8, beat.At);
            json.WriteNumber("intervalMs"u8, beat.IntervalMs);
            End(json, beat.AdditionalMembers);
        }

        End(json, ext.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ProcessFacts? process)
    {
        if (process is null)
        {
            return;
        }

        json.WriteStartObject(name);
        Number(json, "pid"u8, process.Pid);
        Number(json, "pgid"u8, process.Pgid);
        Number(json, "startTicks"u8, process.StartTicks);
        Text(json, "bootId"u8, process.BootId);
        json.WriteBoolean("alive"u8, process.Alive);
        json.WriteBoolean("stopped"u8, process.Stopped);
        Number(json, "liveChildren"u8, process.LiveChildren);
        Number(json, "zombies"u8, process.Zombies);
        if (process.Quiescent is { } quiescent)
        {
            json.WriteBoolean("quiescent"u8, quiescent);
        }

        End(json, process.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, AttemptFacts? attempt)
    {
        if (attempt is null)
        {
            return;
        }

        json.WriteStartObject(name);
        Text(json, "runId"u8, attempt.RunId);
        Number(json, "number"u8, attempt.Number);
        Number(json, "baseLine"u8, attempt.BaseLine);
        Text(json, "runtimeRunId"u8, attempt.RuntimeRunId);
        End(json, attempt.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ExitFacts? exit)
    {
        if (exit is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("code"u8, exit.Code);
        Text(json, "at"u8, exit.At);
        Number(json, "logLine"u8, exit.LogLine);
        Text(json, "outputTail"u8, exit.OutputTail);
        End(json, exit.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ActivityFacts? activity)
    {
        if (activity is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("kind"u8, activity.Kind);
        Text(json, "role"u8, activity.Role);
        Text(json, "since"u8, activity.Since);
        Text(json, "until"u8, activity.Until);
        Number(json, "outputBytes"u8, activity.OutputBytes);
        End(json, activity.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ProgressFacts? progress)
    {
        if (progress is null)
        {
            return;
        }

        json.WriteStartObject(name);
        Text(json, "head"u8, progress.Head);
        Text(json, "workTreeHash"u8, progress.WorkTreeHash);
        Number(json, "openChecklistItems"u8, progress.OpenChecklistItems);
        Text(json, "testSignature"u8, progress.TestSignature);
        End(json, progress.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ControlFacts? control)
    {
        if (control is null)
        {
            return;
        }

        json.WriteStartObject(name);
        if (control.Order is { } order)
        {
            json.WriteStartObject("order"u8);
            json.WriteString("runId"u8, order.RunId);
            json.WriteNumber("generation"u8, order.Generation);
            json.WriteNumber("order"u8, order.Order);
            Text(json, "intentId"u8, order.IntentId);
            End(json, order.AdditionalMembers);
        }

        if (control.Tombstone is { } tombstone)
        {
            json.WriteStartObject("tombstone"u8);
            json.WriteString("runId"u8, tombstone.RunId);
            json.WriteString("at"u8, tombstone.At);
            Text(json, "intentId"u8, tombstone.IntentId);
            Text(json, "by"u8, tombstone.By);
            End(json, tombstone.AdditionalMembers);
        }

        Write(json, "decision"u8, control.Decision);
        End(json, control.AdditionalMembers);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DecisionFacts? decision)
    {
        if (decision is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("status"u8, decision.Status);
        Text(json, "by"u8, decision.By);
        Text(json, "note"u8, decision.Note);
        Text(json, "at"u8, decision.At);
        Text(json, "intentId"u8, decision.IntentId);
        Text(json, "runtimeRunId"u8, decision.RuntimeRunId);
        Number(json, "iteration"u8, decision.Iteration);
        Text(json, "requestedAt"u8, decision.RequestedAt);
        End(json, decision.AdditionalMembers);
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void End(Utf8JsonWriter json, IDictionary<string, JsonElement>? additional)
    {
        if (additional is not null)
        {
            foreach (var (name, value) in additional)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
