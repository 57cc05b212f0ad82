using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Control;

/// <summary>
/// Records a decision with the files and the layout of <c>superloop.sh approve</c>. It is written here and not by
/// that script, because only so is the candidate compared and the decision written under one lock, the note stays off a command
/// line, and two decisions at once do not trip over the script's one temporary file.
/// </summary>
internal sealed class DecisionWriter(SuperloopFolder folder, ArtifactReader artifacts, ControlRecords records, string loopId, TimeProvider time)
{
    private const int TailBytes = 256 * 1024;

    private static readonly JsonWriterOptions Pretty = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<ControlOutcome> DecideAsync(ControlRequest request, CancellationToken cancellation)
    {
        var spec = ArtifactSpec.Approval(loopId);
        var reading = (await artifacts.ReadAsync([spec], artifacts.Deadline(), cancellation))[0];
        if (!reading.Exists)
        {
            return ControlOutcome.Refused("nothing_pending", $"no approval request found for loop '{loopId}'");
        }

        if (reading.Value is not { } approval)
        {
            throw new AdapterException(AdapterError.Unreadable(SuperloopFolder.ContractPath(spec.RelativePath)));
        }

        var wanted = request.Intent == ControlVerbs.Approve ? "approved" : "rejected";
        var status = reading.Value.Text("status") ?? "pending";
        var candidate = new DecisionFacts
        {
            Status = wanted,
            By = request.By ?? Environment.GetEnvironmentVariable("USER") ?? "unknown",
            Note = NoteOf(request),
            At = Timestamps.Now(time),
            IntentId = request.IntentId,
            RuntimeRunId = reading.Value.Text("run_id") ?? "unknown",
            Iteration = reading.Value.Integer("iteration") ?? 0,
            RequestedAt = reading.Value.Text("requested_at"),
        };
        if (request.Candidate is { } named && !Names(named, candidate))
        {
            return ControlOutcome.Refused("candidate_mismatch", $"the candidate that is {status} is iteration {candidate.Iteration} of run {candidate.RuntimeRunId}, not the named one");
        }

        if (status != "pending")
        {
            var taken = Taken(reading.Value, candidate, status);
            if (taken.Status != wanted || !IsOf(request, taken))
            {
                return ControlOutcome.Refused("already_decided", $"approval request is not pending (status={status}): decided by {taken.By ?? "unknown"} at {taken.At ?? "an unknown time"}")
                    with
                { Decision = taken };
            }

            // Ours, and the answer was lost, perhaps with the rest of the work: what is missing is added.
            candidate = taken with { IntentId = request.IntentId };
        }
        else
        {
            folder.WriteAtomic(spec.RelativePath, Approval(approval, candidate), shared: true);
        }

        // Otherwise than the script: what a decision is confirmed by comes before its journals, which nothing but people read. One that cannot be written
        // would else keep the rest from being written, however often it is tried.
        records.Keep(candidate, request.IdempotencyKey);
        AppendOnce("events.jsonl", Event(candidate), null);
        string[] unwritten =
        [
            .. Journal("decisions.jsonl", Decision(candidate), null),
            .. Journal("decisions.md", Prose(candidate), $"## {candidate.At} {candidate.Status}\n\n- Loop: {loopId}\n- Run: {candidate.RuntimeRunId}\n"),
        ];
        return new ControlOutcome
        {
            Done = true,
            Reason = wanted == "approved" ? "approval_recorded" : "rejection_observed",
            Text = $"Recorded approval decision ({wanted}) for loop '{loopId}'." + (unwritten.Length == 0 ? string.Empty : $" Not written: {string.Join(", ", unwritten)}."),
            Looks = 1,
            Decision = candidate,
        };
    }

    /// <summary>The runtime hands on the note and nothing else, so the intent travels in it.</summary>
    private static string? NoteOf(ControlRequest request)
    {
        var note = string.IsNullOrEmpty(request.Note) ? null : request.Note;
        return request.IntentId is not { } intent || note?.Contains(intent, StringComparison.Ordinal) == true ? note
            : note is null ? intent
            : $"{intent}: {note}";
    }

    private static bool Names(ControlCandidate named, DecisionFacts pending) =>
        named.RuntimeRunId == pending.RuntimeRunId
        && named.Iteration == pending.Iteration
        && (named.RequestedAt is null || named.RequestedAt == pending.RequestedAt
            || (Timestamps.Parse(named.RequestedAt) is { } asked && asked == Timestamps.Parse(pending.RequestedAt)));

    private static DecisionFacts Taken(JsonElement? approval, DecisionFacts candidate, string status)
    {
        var decision = approval.Object("decision");
        return candidate with
        {
            Status = status,
            By = decision.Text("by") ?? approval.Text("decided_by"),
            Note = decision.Text("note") ?? approval.Text("decided_note"),
            At = decision.Text("at") ?? approval.Text("decided_at"),
            IntentId = null,
        };
    }

    private static byte[] Write(JsonWriterOptions options, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteDecision(Utf8JsonWriter json, string name, DecisionFacts decision)
    {
        json.WriteStartObject(name);
        json.WriteString("status", decision.Status);
        json.WriteString("by", decision.By);
        json.WriteString("note", decision.Note);
        json.WriteString("at", decision.At);
        json.WriteEndObject();
    }

    /// <summary>The request as it was, with the decision added: members keep their places, as jq leaves them.</summary>
    private static byte[] Approval(JsonElement request, DecisionFacts decision) => Write(Pretty, json =>
    {
        string[] replaced = ["decision", "decided_at", "decided_by", "decided_note"];
        foreach (var member in request.EnumerateObject().Where(m => !replaced.Contains(m.Name)))
        {
            if (member.NameEquals("status"))
            {
                json.WriteString("status", decision.Status);
            }
            else
            {
                member.WriteTo(json);
            }
        }

        WriteDecision(json, "decision", decision);
        json.WriteString("decided_at", decision.At);
        json.WriteString("decided_by", decision.By);
        json.WriteString("decided_note", decision.Note);
    });

    private byte[] Decision(DecisionFacts decision) => Write(Compact, json =>
    {
        json.WriteString("timestamp", decision.At);
        json.WriteString("loop_id", loopId);
        json.WriteString("run_id", decision.RuntimeRunId);
        json.WriteNumber("iteration", decision.Iteration ?? 0);
        json.WriteString("decision", decision.Status);
        json.WriteString("by", decision.By);
        if (decision.Note is not null)
        {
            json.WriteString("note", decision.Note);
        }

        json.WriteString("approval_file", ApprovalFile());
    });

    private byte[] Event(DecisionFacts decision) => Write(Compact, json =>
    {
        json.WriteString("timestamp", decision.At);
        json.WriteString("event", "approval_decision");
        json.WriteString("loop_id", loopId);
        json.WriteString("run_id", decision.RuntimeRunId);
        json.WriteNumber("iteration", decision.Iteration ?? 0);
        json.WriteString("role", "human");
        json.WriteString("status", decision.Status);
        WriteDecision(json, "data", decision);
    });

    private byte[] Prose(DecisionFacts decision) => Encoding.UTF8.GetBytes(
        $"## {decision.At} {decision.Status}\n\n- Loop: {loopId}\n- Run: {decision.RuntimeRunId}\n- Iteration: {decision.Iteration}\n- Decision: {decision.Status}\n- By: {decision.By}\n"
        + (decision.Note is null ? string.Empty : $"- Note: {decision.Note}\n")
        + $"- Approval file: {ApprovalFile()}\n\n");

    private string ApprovalFile() => SuperloopFolder.ContractPath(SuperloopFolder.LoopFile(loopId, "approval.json"));

    /// <summary>Whether a decision that stands is the one that is asked for: its note names the intent, or its record the call's key.</summary>
    private bool IsOf(ControlRequest request, DecisionFacts taken) =>
        (request.IntentId is { } intent && taken.Note?.Contains(intent, StringComparison.Ordinal) == true)
        || (request.IdempotencyKey is { } key && records.DecisionOf(key) is { } kept && kept == taken with { IntentId = request.IntentId });

    /// <summary>The file's name when it cannot be written: a folder, a link or somebody else's file in its place.</summary>
    private IEnumerable<string> Journal(string file, byte[] text, string? mark)
    {
        try
        {
            AppendOnce(file, text, mark);
            return [];
        }
        catch (Exception e) when (e is AdapterException or IOException or UnauthorizedAccessException)
        {
            return [file];
        }
    }

    private void AppendOnce(string file, byte[] text, string? mark)
    {
        var path = SuperloopFolder.LoopFile(loopId, file);
        var sought = mark is null ? text : Encoding.UTF8.GetBytes(mark);
        if (folder.ReadTail(path, TailBytes).AsSpan().IndexOf(sought) < 0)
        {
            folder.Append(path, text);
        }
    }
}
