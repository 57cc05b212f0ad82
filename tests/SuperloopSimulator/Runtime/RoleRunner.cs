using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Roles;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>Runs the roles of a loop, each as a process.</summary>
internal sealed class RoleRunner(
    string repository,
    JsonObject config,
    ConfiguredLoop loop,
    LoopFolder folder,
    LoopScenario scenario,
    LoopMemory memory,
    Pace pace,
    Pacing pacing,
    ArtifactWriter files,
    LoopReports reports,
    EventLog events,
    CrashPlan crashes,
    ExitTrap trap)
{
    private const int MaxRateLimitRetries = 3;
    private const int MaxRateLimitWaitSeconds = 7200;
    private const int UsagePollSeconds = 300;

    /// <summary>Null when the role is done; else the loop ends here with state.active as given.</summary>
    public async Task<bool?> RunAsync(string runId, int iteration, string role)
    {
        var template = Path.Combine(repository, ".superloop", "roles", role + ".md");
        if (!File.Exists(template))
        {
            throw RuntimeExit.Die($"missing role template: {template}");
        }

        var step = scenario.Step(memory.Run, iteration, role);
        await pace.WaitAsync(pacing.RoleStartMs);
        await files.RewriteAsync(folder.Prompt(role), $"{await File.ReadAllTextAsync(template)}\nLoop: {loop.Id}\nIteration: {iteration}\n");
        if (role == "reviewer" && loop.ReviewerPacket)
        {
            await reports.WriteReviewerPacketAsync(iteration);
        }

        var log = Path.Combine(folder.Logs(iteration), role + ".log");
        var before = SnapshotReport(iteration, role);
        await events.WriteAsync(
            runId,
            iteration,
            "role_start",
            new JsonObject { ["prompt_file"] = folder.Prompt(role), ["log_file"] = log, ["last_message_file"] = folder.LastMessage(role) },
            role);
        if (step.UsageLimit is not null && !await PassUsageLimitAsync(runId, iteration, role, step.UsageLimit))
        {
            return false;
        }

        if (loop.RunnerOf(role, config) is { } runner)
        {
            Console.WriteLine($"[superloop] Role '{role}' using: {runner}");
        }

        var order = Order(iteration, role, step, log);
        var began = pace.UnixMilliseconds;
        var (exitCode, limit) = await RunWithRetriesAsync(order, step);
        AppendUsage(iteration, role, pace.UnixMilliseconds - began);
        if (exitCode is not (0 or RoleExit.TimedOut or RoleExit.RateLimited))
        {
            throw RuntimeExit.Die($"runner command failed for role '{role}' (exit {exitCode})");
        }

        File.Delete(before);
        switch (exitCode)
        {
            case RoleExit.RateLimited:
                await StopRateLimitedAsync(runId, iteration, role, limit!);
                return true;
            case RoleExit.TimedOut:
                var seconds = loop.TimeoutSeconds(role);
                await events.WriteAsync(runId, iteration, "role_timeout", new JsonObject { ["role"] = role, ["timeout_seconds"] = seconds }, role, "timeout");
                Console.WriteLine($"Role '{role}' timed out after {seconds}s.");
                return false;
            default:
                await events.WriteAsync(runId, iteration, "role_end", new JsonObject { ["log_file"] = log, ["last_message_file"] = folder.LastMessage(role) }, role);
                NoteChanges(iteration, role, order);
                return null;
        }
    }

    private RoleOrder Order(int iteration, string role, RoleStep step, string log)
    {
        var changes = step.ChangesCode ?? role == "implementer";
        var timeout = loop.TimeoutSeconds(role);
        var inactivity = loop.TimeoutsEnabled ? loop.Number("timeouts.inactivity", 0) : 0;
        if (changes)
        {
            Directory.CreateDirectory(Path.Combine(repository, "work"));
        }

        return new RoleOrder
        {
            Role = role,
            Iteration = iteration,
            LogFile = log,
            LastMessageFile = folder.LastMessage(role),
            DurationMs = pace.Scaled(step.DurationMs ?? scenario.RoleMs).TotalMilliseconds,
            TickMs = pace.Scaled(step.TickMs ?? scenario.TickMs).TotalMilliseconds,
            Hangs = step.Hangs,
            IgnoresTerm = step.IgnoresTerm,
            ExitCode = step.ExitCode,
            Output = step.Output,
            Promise = role == loop.Roles[^1] && scenario.PromiseIteration(memory.Run) is > 0 and var at && iteration >= at ? loop.CompletionPromise : null,
            WorkFile = changes ? Path.Combine(repository, "work", $"{loop.Id}-{role}.txt") : null,
            Checklists = role == "implementer" ? [.. loop.Checklists.Select(checklist => Path.Combine(repository, checklist))] : [],
            ChecklistRemaining = scenario.Gate(memory.Run, iteration).ChecklistRemaining,
            OrphanMs = pace.Scaled(step.OrphanMs).TotalMilliseconds,
            TimeoutMs = pace.Scaled(timeout * 1000.0).TotalMilliseconds,
            InactivityMs = pace.Scaled(inactivity * 1000.0).TotalMilliseconds,
            KillAfterMs = pace.Scaled(2000).TotalMilliseconds,
            TimeoutText = timeout > 0 ? $"Max timeout reached ({timeout}s)." : $"Inactivity timeout ({inactivity}s without output).",
        };
    }

    private async Task<(int ExitCode, RateLimit? Limit)> RunWithRetriesAsync(RoleOrder order, RoleStep step)
    {
        for (var attempt = 0; ; attempt++)
        {
            var limit = attempt < step.RateLimits.Count ? step.RateLimits[attempt] : null;
            var exitCode = await RunProcessAsync(limit is null ? order : order with { ExitCode = RoleExit.RateLimited, Output = [RateLimitLine(limit)] });
            if (exitCode != RoleExit.RateLimited || limit is null)
            {
                return (exitCode, limit ?? (exitCode == RoleExit.RateLimited ? new RateLimit() : null));
            }

            await Console.Error.WriteLineAsync($"\n[superloop] Rate limit detected: {limit.Message}");
            if (attempt == MaxRateLimitRetries)
            {
                await Console.Error.WriteLineAsync($"[superloop] Rate limit: max retries ({MaxRateLimitRetries}) exceeded, aborting");
                return (exitCode, limit);
            }

            await Console.Error.WriteLineAsync($"[superloop] Rate limit hit (attempt {attempt + 1}/{MaxRateLimitRetries}), will wait and resume");
            if (limit.ResetsIn > MaxRateLimitWaitSeconds)
            {
                await Console.Error.WriteLineAsync($"[rate-limit] Wait time ({limit.ResetsIn}s) exceeds max ({MaxRateLimitWaitSeconds}s), aborting\n[superloop] Rate limit: wait exceeded max time, aborting");
                return (exitCode, limit);
            }

            // Neither an event nor a change of state: from outside it looks like a role that takes long.
            await Console.Error.WriteLineAsync(limit.ResetsIn is { } seconds ? $"[rate-limit] Waiting {seconds / 60}m until ..." : "[rate-limit] No reset time provided, waiting 5 minutes...");
            await pace.WaitSecondsAsync(limit.ResetsIn ?? 300);
            await Console.Error.WriteLineAsync("[rate-limit] Wait complete, resuming...\n[superloop] Retrying from scratch");
        }
    }

    private async Task<int> RunProcessAsync(RoleOrder order)
    {
        File.Delete(order.LogFile);
        using var process = Children.Start(order.TimeoutMs > 0 || order.InactivityMs > 0 ? Children.Watchdog : Children.Role, order);
        await CrashWhileWorkingAsync(order);
        await process.WaitForExitAsync();
        if (process.ExitCode > 128)
        {
            // A signal to the whole group, or a cancel that begins with the children, reaches this process too: it must end
            // by that signal, not by its child's end.
            await pace.SettleAsync(trap.Dying, TimeSpan.FromSeconds(1));
            if (trap.Dying.IsCompleted)
            {
                await Task.Delay(Timeout.Infinite);
            }
        }

        return process.ExitCode;
    }

    private async Task CrashWhileWorkingAsync(RoleOrder order)
    {
        if (!crashes.Strikes("working", CrashMoment.After, order.Role))
        {
            return;
        }

        // The role must really be at work, or its process would not outlive this one as an orphan with a log.
        while (new FileInfo(order.LogFile) is not { Exists: true, Length: > 0 })
        {
            await pace.WaitAsync(100);
        }

        crashes.Check("working", CrashMoment.After, order.Role);
    }

    private async Task<bool> PassUsageLimitAsync(string runId, int iteration, string role, UsageLimit limit)
    {
        await events.WriteAsync(
            runId,
            iteration,
            "usage_limit_blocked",
            new JsonObject { ["runner"] = limit.Runner, ["role"] = role, ["action"] = "blocked" },
            role,
            "error");
        if (!loop.WaitOnUsageLimit)
        {
            await Console.Error.WriteLineAsync("[superloop] Usage limit reached. Stopping loop.");
            return false;
        }

        await Console.Error.WriteLineAsync("[superloop] Usage limit reached. Waiting for reset...");
        for (var poll = 1; ; poll++)
        {
            await pace.WaitSecondsAsync(UsagePollSeconds);
            if (poll >= limit.ClearsAfterPolls)
            {
                await Console.Error.WriteLineAsync("[superloop] Usage limits cleared. Resuming...");
                return true;
            }

            if (loop.UsageMaxWaitSeconds > 0 && poll * UsagePollSeconds >= loop.UsageMaxWaitSeconds)
            {
                await Console.Error.WriteLineAsync("[superloop] Timed out waiting for usage reset. Stopping.");
                return false;
            }

            await Console.Error.WriteLineAsync("[superloop] Still waiting for usage reset...");
        }
    }

    private async Task StopRateLimitedAsync(string runId, int iteration, string role, RateLimit limit)
    {
        var info = new JsonObject
        {
            ["message"] = limit.Message,
            ["type"] = limit.Type,
            ["error"] = new JsonObject { ["type"] = "usage_limit_reached", ["message"] = "You have hit your usage limit" },
            ["resets_in"] = limit.ResetsIn,
            ["raw_line"] = RateLimitLine(limit),
            ["raw_context"] = JsonText.Array([$"[{role}] iteration {iteration} working", RateLimitLine(limit)]),
        };
        var data = new JsonObject
        {
            ["loop_id"] = loop.Id,
            ["run_id"] = runId,
            ["iteration"] = iteration,
            ["role"] = role,
            ["occurred_at"] = pace.Timestamp,
            ["info"] = JsonText.WithoutNulls(info),
        };
        await files.RewriteAsync(folder["rate-limit.json"], JsonText.Pretty(data), gap: 0, () => crashes.Check("rate-limit.json", CrashMoment.During));
        await events.WriteAsync(runId, iteration, "rate_limit_stop", data, role, "rate_limited");
        await Console.Error.WriteLineAsync($"[superloop] Rate limit hit for role '{role}'. State saved; resume with: superloop.sh run --repo {repository}");
    }

    private static string RateLimitLine(RateLimit limit)
    {
        var error = new JsonObject { ["type"] = "usage_limit_reached", ["message"] = "You have hit your usage limit", ["resets_in"] = limit.ResetsIn };
        return JsonText.Line(new JsonObject { ["type"] = "error", ["error"] = JsonText.WithoutNulls(error) }).TrimEnd();
    }

    private string SnapshotReport(int iteration, string role)
    {
        var report = folder[role switch { "planner" => "plan.md", "tester" => "test-report.md", "reviewer" => "review.md", _ => "implementer.md" }];
        var before = Path.Combine(folder.Logs(iteration), role + ".report.before");
        File.Copy(report, before, overwrite: true);
        return before;
    }

    private void AppendUsage(int iteration, string role, long milliseconds) => ArtifactWriter.Append(folder.Usage, JsonText.Line(new JsonObject
    {
        ["timestamp"] = pace.Timestamp,
        ["iteration"] = iteration,
        ["role"] = role,
        ["duration_ms"] = milliseconds,
        ["runner"] = "unknown",
        ["model"] = null,
        ["cost_usd"] = 0,
        ["session_id"] = null,
        ["thread_id"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = 0, ["output_tokens"] = 0 },
        ["session_file"] = null,
    }));

    private void NoteChanges(int iteration, string role, RoleOrder order)
    {
        if (order.WorkFile is not null)
        {
            memory.CodeChanged(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"run {memory.Run}, iteration {iteration}, {role}"))));
        }

        if (role is "planner" or "implementer")
        {
            var changed = order.WorkFile is null ? "" : Path.GetRelativePath(repository, order.WorkFile) + "\n";
            File.WriteAllText(folder[$"changed-files-{role}.txt"], changed);
            File.WriteAllText(folder["changed-files-all.txt"], changed);
        }
    }
}
