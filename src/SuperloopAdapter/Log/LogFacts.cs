namespace SuperloopAdapter.Log;

/// <summary>
/// What a snapshot needs from the log, folded line by line, so that its cost depends on the new lines only. Immutable: a
/// reader keeps its copy while the log grows.
/// </summary>
internal sealed record LogFacts
{
    public static LogFacts Empty { get; } = new();

    /// <summary>The newest event of any kind.</summary>
    public LoggedEvent? Last { get; init; }

    /// <summary>The newest run that did more than look at a pending approval.</summary>
    public RunFacts? Run { get; init; }

    /// <summary>Lines that are no events.</summary>
    public long QuarantinedLines { get; init; }

    /// <summary>The run before the newest <c>loop_start</c>, in case that one turns out to be a mere wait.</summary>
    public RunFacts? Previous { get; init; }

    public LogFacts Add(long number, LogLine line)
    {
        if (line.Kind != LineKind.Event)
        {
            return line.Kind == LineKind.Quarantined ? this with { QuarantinedLines = QuarantinedLines + 1 } : this;
        }

        var logged = LoggedEvent.Of(number, line);
        var facts = this with { Last = logged };
        switch (logged.Name)
        {
            case "loop_start":
                return facts with
                {
                    Previous = Run,
                    Run = new RunFacts { Start = logged, RunId = logged.RunId, Iteration = logged.Iteration, Last = logged },
                };

            // `run` while an approval is pending logs loop_start and approval_wait and exits: no run of its own.
            case "approval_wait" when Previous is not null && Run?.RunId == logged.RunId:
                return facts with { Run = Previous, Previous = null };

            // Logged under the id of the run that asked for the approval: that run goes on, in this process.
            case "approval_consumed" when Run is not null:
                return facts with { Run = Run with { RunId = logged.RunId, Iteration = logged.Iteration, Last = logged } };

            // Written by the separate approve process, possibly in the middle of another's start.
            case "approval_decision":
                return facts;

            default:
                return Run is null ? facts : facts with { Run = Follow(Run, logged) };
        }
    }

    private static RunFacts Follow(RunFacts run, LoggedEvent logged)
    {
        run = run with { Last = logged };
        return logged.Name switch
        {
            // A run that goes on after an end had not ended.
            "iteration_start" => run with { Iteration = logged.Iteration ?? run.Iteration, Terminal = null, InFlight = null },
            "role_start" => run with { Terminal = null, InFlight = logged },
            "loop_complete" or "loop_stop" or "no_progress_stop" or "rate_limit_stop" or "role_timeout" or "delegation_fail_role" =>
                run with { Terminal = logged, InFlight = null },
            "tests_start" or "tests_rerun_start" or "checklist_start" or "validation_start" or "prerequisites_start" or "evidence_start"
                or "lifecycle_start" or "usage_limit_blocked" => run with { InFlight = logged },
            "role_end" or "tests_end" or "tests_rerun_end" or "checklist_end" or "validation_end" or "prerequisites_end" or "evidence_end"
                or "lifecycle_end" or "gates_evaluated" or "iteration_end" => run with { InFlight = null },
            _ => run,
        };
    }
}
