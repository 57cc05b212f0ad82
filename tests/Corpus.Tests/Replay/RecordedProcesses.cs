using System.Text.Json;
using OpsManager.Testing.Corpus;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>
/// Tells of each step of a scenario which processes lived and what a launcher knew, where no process can exist any more. The
/// facts are <c>meta.process</c> and <c>lastCommand</c>: a <c>run</c> that names its loop is a launch with a record, and its exit code is the exit of
/// the process it started; every other process is one that nobody of ours launched.
/// </summary>
internal static class RecordedProcesses
{
    public static IReadOnlyList<PlayedMoment> Of(CorpusScenario scenario)
    {
        List<PlayedMoment> moments = [];
        Dictionary<string, PlayedLaunch> running = new(StringComparer.Ordinal);
        Dictionary<string, int> launched = new(StringComparer.Ordinal);
        for (var i = 0; i < scenario.Steps.Count; i++)
        {
            var step = scenario.Steps[i];
            var before = i == 0 ? null : moments[i - 1];
            var recorded = Recorded(step);
            List<PlayedLeader> living = [.. recorded is null ? Array.Empty<PlayedLeader>() : [recorded], .. Unseen(scenario, i, before, recorded)];
            List<PlayedLaunch> records = [];
            if (RunOf(step) is var (loop, command))
            {
                var known = before is null ? null : RecordedLog.Of(before.Step, loop);
                var log = RecordedLog.Of(step, loop);
                var begun = log.NewestLaunchAfter(known is not null && log.Continues(known) ? known.Count : 0);
                var current = living.Find(l => l.Loop == loop);
                var isNew = before?.Step.Meta.LastCommand != command || begun is not null;
                var wasThere = running.GetValueOrDefault(loop) is { Pid: { } pid } && before!.Living.Any(l => l.Pid == pid) && living.TrueForAll(l => l.Pid != pid);
                if (command.ExitCode is null && current is not null)
                {
                    var goesOn = running.TryGetValue(loop, out var open) && open.Pid == current.Pid;
                    records.Add(running[loop] = goesOn ? open! with { Output = command.OutputTail } : Launch(current.Pid));
                }
                else if (command.ExitCode is { } exitCode && isNew)
                {
                    // The process that was seen to live, or one that came and went since then.
                    records.Add((wasThere ? running[loop] : Launch(null)) with { ExitCode = exitCode, LogLine = log.Count, Output = command.OutputTail });
                }

                PlayedLaunch Launch(int? leaderPid)
                {
                    launched[loop] = launched.GetValueOrDefault(loop) + 1;
                    return new PlayedLaunch(loop, launched[loop], begun is { } line ? line - 1 : log.Count, leaderPid, null, log.Count, command.OutputTail);
                }
            }

            moments.Add(new PlayedMoment(step, living, records));
        }

        return moments;
    }

    /// <summary>Ids of processes that are known by their log alone; above those that the system gives.</summary>
    private const int UnseenFrom = 10_000_000;

    /// <summary>The <c>run</c> of a named loop that was the last command.</summary>
    private static (string Loop, CorpusCommand Command)? RunOf(CorpusStep step)
    {
        var words = step.Meta.LastCommand?.Command.Split(' ') ?? [];
        return words is [_, "run", ..] && Array.IndexOf(words, "--loop") is > 0 and var at && at + 1 < words.Length ? (words[at + 1], step.Meta.LastCommand!) : null;
    }

    private static PlayedLeader? Recorded(CorpusStep step)
    {
        var process = step.Meta.Process;
        if (process is { PidInActiveRun: { } pid, Alive: true, Command: { } command })
        {
            return new PlayedLeader(pid, process.Pgid ?? pid, (process.Stat ?? "S")[0], command, LoopOf(command) ?? ActiveLoop(step));
        }

        // Called running, with a process that is dead: the fact was taken too late, after the process was killed, and the tree before.
        return process is { PidInActiveRun: { } killed, Alive: false } && ActiveLoop(step) is { } loop && step.JudgedLoops.Contains(loop) && step.Meta.Truth.Of(loop) == "running"
            ? new PlayedLeader(killed, process.Pgid ?? killed, 'S', CommandOf(step, loop), loop)
            : null;
    }

    /// <summary>
    /// Processes that active-run.json, one per repository, does not name: what goes on logging later lives until then, whoever of
    /// them it is known as.
    /// </summary>
    private static IEnumerable<PlayedLeader> Unseen(CorpusScenario scenario, int index, PlayedMoment? before, PlayedLeader? recorded)
    {
        var step = scenario.Steps[index];
        foreach (var loop in step.LoopIds.Where(l => l != recorded?.Loop))
        {
            var log = RecordedLog.Of(step, loop);
            if (scenario.Steps.Skip(index + 1).Any(later => RecordedLog.Of(later, loop).GoesOn(log)))
            {
                yield return before?.Living.FirstOrDefault(l => l.Loop == loop)
                    ?? new PlayedLeader(UnseenFrom + index, UnseenFrom + index, 'S', CommandOf(step, loop), loop);
            }
        }
    }

    private static string CommandOf(CorpusStep step, string loop) => $"bash /opt/superloop.sh run --repo {step.Meta.RepoPath} --loop {loop}";

    private static string? LoopOf(string command)
    {
        var words = command.Split(' ');
        return Array.IndexOf(words, "--loop") is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : null;
    }

    private static string? ActiveLoop(CorpusStep step)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(step.SuperloopPath, "active-run.json")));
            return json.RootElement.GetProperty("loop_id").GetString();
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
