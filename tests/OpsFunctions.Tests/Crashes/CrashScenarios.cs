using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Tests.Crashes;

/// <summary>The runs that crashes are tried on.</summary>
internal static class CrashScenarios
{
    public static IReadOnlyList<CrashScenario> All { get; } =
    [
        new("completion", "completed", static async world =>
        {
            await LaunchedAsync(world);
            world.Loop.Finish();
            await world.OverAsync();
        }),
        new("approve", "completed, approve confirmed, relaunch confirmed", static async world =>
        {
            await AwaitingAsync(world);
            await world.AskAsync("approve");
            await world.OverAsync();
        }),
        new("reject", "completed, reject confirmed, relaunch confirmed", static async world =>
        {
            await AwaitingAsync(world);
            await world.AskAsync("reject");
            await world.UntilAsync("the loop goes on", _ => world.Loop.IsAlive);
            await world.UntilAsync("running again", static head => head.Run.Lifecycle.State == LifecycleState.Running && head.Run.Intents.Count == 0);
            world.Loop.Finish();
            await world.OverAsync();
        }),
        new("pause/resume", "completed, pause confirmed, resume confirmed", static async world =>
        {
            await LaunchedAsync(world);
            await world.AskAsync("pause");
            await world.UntilAsync("paused", static head => head.Run.Lifecycle.State == LifecycleState.Paused && head.Run.Intents.Count == 0);
            await world.AskAsync("resume");
            await world.UntilAsync("resumed", static head => head.Run.Lifecycle.State == LifecycleState.Running && head.Run.Intents.Count == 0);
            world.Loop.Iterate();
            world.Loop.Finish();
            await world.OverAsync();
        }),
        new("cancel", "cancelled, cancel confirmed", static async world =>
        {
            await LaunchedAsync(world);
            await world.AskAsync("cancel");
            await world.OverAsync();
        }),
        new("force_cancel", "cancelled, cancel confirmed, force_cancel confirmed", static async world =>
        {
            await LaunchedAsync(world);
            world.Loop.IsStubborn = true;
            await world.AskAsync("cancel");
            await world.UntilAsync("force_cancel allowed", head => AllowedActions.For(head.Run, world.Now).Any(static action => action is { Action: IntentVerb.ForceCancel, Allowed: true }));
            await world.AskAsync("force_cancel");
            await world.OverAsync();
        }),
        new("start refused", "failed start_refused", static async world =>
        {
            world.Loop.StartRefusal = "plan.md is missing";
            await world.CreateAsync("start");
            await world.OverAsync();
        }),
        new("crash", "crashed killed", static async world =>
        {
            await LaunchedAsync(world);
            world.Loop.End(137);
            await world.OverAsync();
        }),
        new("watchdog replacement", "completed", static async world =>
        {
            await LaunchedAsync(world);
            await world.LoseEngineAsync();
            world.Loop.Iterate();
            await world.UntilAsync("replaced", static head => head.Engine.Generation == 2);
            world.Loop.Finish();
            await world.OverAsync();
            await world.AssertFencedAsync(generation: 1);
        }),
        new("purge", "deleted", static async world =>
        {
            await LaunchedAsync(world);
            world.Loop.Finish();
            await world.OverAsync();
            await world.DeleteAsync();
        }),
    ];

    public static CrashScenario Named(string name) => All.Single(scenario => scenario.Name == name);

    private static async Task LaunchedAsync(CrashWorld world)
    {
        await world.CreateAsync("start");
        await world.UntilAsync("running", static head => head.Run.Lifecycle.State == LifecycleState.Running);
        world.Loop.Iterate();
    }

    private static async Task AwaitingAsync(CrashWorld world)
    {
        await LaunchedAsync(world);
        world.Loop.AskApproval(world.Now);
        await world.UntilAsync("awaiting approval", static head => head.Run.Lifecycle.State == LifecycleState.AwaitingApproval && head.Run.Candidate is not null);
    }
}
