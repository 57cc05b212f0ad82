using System.Text.Json;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Intents;

/// <summary>The answer to every verb in every state, as the code gives it, in the form the document shows.</summary>
internal static class IntentTables
{
    private static readonly IntentVerb[] Verbs = Enum.GetValues<IntentVerb>();

    public static string Capable => Table(static state => state == LifecycleState.Cancelling ? [] : [Run(state, Story.EveryCapability)]);

    public static string V1 => Table(static state => state == LifecycleState.Cancelling ? [] : [Run(state, null)]);

    public static string Paused => Table(static state => state is LifecycleState.Pending or LifecycleState.AwaitingApproval or LifecycleState.AwaitingRelaunch or LifecycleState.Pausing or LifecycleState.Paused
        ? [Run(state, Story.EveryCapability) with { Hold = new HoldMemory(IntentId.Parse("pause-1"), "alice", Story.Beginning) }]
        : []);

    public static string Cancelling => Table(static state =>
    {
        if (state != LifecycleState.Cancelling)
        {
            return [];
        }

        var cancel = new Intent
        {
            Id = IntentId.Parse("cancel-1"),
            Number = 1,
            Verb = IntentVerb.Cancel,
            Status = IntentStatus.Sending,
            By = "alice",
            AcceptedAt = Story.Beginning,
        };
        return [Run(state, Story.EveryCapability) with { Intents = [cancel], IntentCount = 1, Cancel = new CancelMemory(cancel.Id, "alice", Story.Beginning - TimeSpan.FromHours(1), false) }];
    });

    public static string Ended => Render(
        ["Ended", .. Verbs.Select(static verb => Code(verb.Word()))],
        [
            Row("and nothing of it lives", End(Quiescence.Proven)),
            Row("and something of it may live", End(Quiescence.NotProven)),
        ]);

    private static string Table(Func<LifecycleState, IEnumerable<LoopRun>> runs) => Render(
        ["State", .. Verbs.Select(static verb => Code(verb.Word()))],
        Enum.GetValues<LifecycleState>().Where(static state => !state.IsTerminal()).SelectMany(state => runs(state).Select(run => Row(Code(Word(state)), run))));

    private static string[] Row(string title, LoopRun run) =>
        [title, .. AllowedActions.For(run, Story.Beginning).Select(static action => action.Allowed ? "yes" : Code(action.Reason!))];

    private static LoopRun End(Quiescence quiescence) =>
        Run(LifecycleState.Running, Story.EveryCapability) with
        {
            Lifecycle = LifecycleStatus.Ended(LifecycleState.Stopped, Story.Beginning, "stuck", quiescence, quiescence == Quiescence.Proven ? "process" : null),
        };

    private static LoopRun Run(LifecycleState state, IReadOnlyList<string>? capabilities)
    {
        var run = LoopRun.Create(
            new RunSpec
            {
                RunId = RunId.Parse("run-1"),
                Launch = LaunchKind.Start,
                LoopId = LoopId.Parse(Story.Loop),
                Sprite = new SpriteRef(SpriteName.Parse("sprite-1"), new Uri("http://127.0.0.1:9/"), null),
                CreatedAt = Story.Beginning,
            },
            PolicyProfiles.Find(PolicyProfiles.Default)!);
        var works = state is LifecycleState.Starting or LifecycleState.Running or LifecycleState.Pausing or LifecycleState.Paused or LifecycleState.Resuming or LifecycleState.Cancelling;
        var attempts = state is LifecycleState.Pending or LifecycleState.Starting
            ? ValueList<Attempt>.Empty
            : [new Attempt { Number = 1, Cause = AttemptCause.Start, Epoch = 1, BaseLine = 0, RuntimeRunId = "r1" }];
        return run with
        {
            Lifecycle = LifecycleStatus.Live(state, Story.Beginning),
            Evidence = RunEvidence.None with { Attempts = attempts },
            Capabilities = capabilities?.ToValueList(),
            Seen = run.Seen with { Observed = true, ActiveRunOurs = true, ActiveNow = works },
            Health = run.Health with { Alive = new HealthSignal(works ? "yes" : "no", Story.Beginning, null) },
            Candidate = state == LifecycleState.AwaitingApproval ? new Candidate("r1", 1, null) : null,
        };
    }

    private static string Render(string[] head, IEnumerable<string[]> rows) =>
        string.Concat(rows.Prepend([.. head.Select(static _ => "---")]).Prepend(head).Select(static row => $"| {string.Join(" | ", row)} |\n"));

    private static string Code(string text) => $"`{text}`";

    private static string Word(LifecycleState state) => JsonSerializer.Serialize(state).Trim('"');
}
