using System.Globalization;
using OpsFunctions.Activities;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Sprites.Adapter;
using OpsManager.Testing.Azurite;

namespace OpsManager.Benchmarks;

/// <summary>Counts storage requests per poll, per decision, per intent and per idle hour.</summary>
internal static class CostBenchmark
{
    // What a quiet cycle may cost at most.
    private const int QuietLimit = 3;

    // What looks after all runs, and is no part of what one of them costs.
    private static readonly string[] Timers = ["Watchdog", "Reaper", "Retention", "Notifications"];

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(90);

    private static readonly Scenario[] Scenarios =
    [
        new("pending", LifecycleState.Pending, static adapter => adapter.Stopped(), TimeSpan.FromMinutes(4)),
        new("running", LifecycleState.Running, static adapter => adapter.Log("loop_start", "iteration_start"), TimeSpan.FromMinutes(3)),
        new("paused", LifecycleState.Paused, static adapter => Controlled(adapter).Paused = true, TimeSpan.FromMinutes(30)),
        new("awaiting approval", LifecycleState.AwaitingApproval, static adapter => adapter.Log("loop_start", "iteration_start", "approval_requested").Stopped(), TimeSpan.FromMinutes(30)),
    ];

    /// <summary>Measures and reports. Returns the exit code: 1 if a quiet cycle costs more than it may.</summary>
    public static async Task<int> RunAsync(TextWriter output)
    {
        await using var storage = await AzuriteFixture.StartAsync(CancellationToken.None);
        using var traffic = new StorageTraffic();
        var measurements = new List<Measurement>();
        var (emptyOwn, emptyHub) = await MeasureEmptyAsync(storage.ConnectionString, traffic, output);
        foreach (var scenario in Scenarios)
        {
            measurements.Add(await MeasureAsync(scenario, storage.ConnectionString, traffic, output));
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync("| Run | Polls | Activities besides | Own requests per quiet cycle | LocalHost's hub per cycle | Own requests per idle hour | of these the timers' |");
        await output.WriteLineAsync("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var item in measurements)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {item.Scenario.Name} | {item.Polls} in {item.Scenario.Window.TotalMinutes:0} min | {item.Decisions} | {(item.Own - item.Timers) / (double)item.Polls:0.00} | {(item.Hub - (emptyHub * item.Scenario.Window.TotalMinutes)) / item.Polls:0.0} | {item.PerHour(item.Own):0} | {item.PerHour(item.Timers):0} |"));
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| none | 0 | 0 | | | {emptyOwn * 60:0} | {emptyOwn * 60:0} |"));
        await output.WriteLineAsync();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"LocalHost's hub without a run: {emptyHub * 60:0} requests an hour."));

        await output.WriteLineAsync();
        await MeasureWorkAsync(storage.ConnectionString, traffic, output);
        await MeasureIntentsAsync(storage.ConnectionString, traffic, output);

        var dear = measurements.Where(item => item.Own - item.Timers > QuietLimit * item.Polls || item.Decisions > 0).Select(item => item.Scenario.Name).ToArray();
        await output.WriteLineAsync(dear.Length == 0
            ? $"Every quiet cycle stays within {QuietLimit} requests of ours and one activity."
            : $"Too dear or not quiet: {string.Join(", ", dear)}.");
        return dear.Length == 0 ? 0 : 1;
    }

    /// <summary>Requests per minute of a manager that has nothing to do: ours, all of them the timers', and the hub's.</summary>
    private static async Task<(double Own, double Hub)> MeasureEmptyAsync(string connection, StorageTraffic traffic, TextWriter output)
    {
        const int minutes = 10;
        await output.WriteLineAsync($"no run: {minutes} minutes of the manager's time ...");
        await using var manager = await ManagerUnderMeasurement.StartAsync(connection, traffic, static _ => { });
        await manager.PassAsync(WarmUp);
        var (own, hub) = (traffic.Own, traffic.Hub);
        await manager.PassAsync(TimeSpan.FromMinutes(minutes));
        return ((traffic.Own - own) / (double)minutes, (traffic.Hub - hub) / (double)minutes);
    }

    private static async Task<Measurement> MeasureAsync(Scenario scenario, string connection, StorageTraffic traffic, TextWriter output)
    {
        await output.WriteLineAsync($"{scenario.Name}: {scenario.Window.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes of the manager's time ...");
        await using var manager = await ManagerUnderMeasurement.StartAsync(connection, traffic, scenario.Prepare);
        await manager.BeginAsync();
        await manager.PassAsync(WarmUp);
        await ExpectAsync(manager, scenario.State);
        manager.Invocations.Clear();
        var (own, hub) = (traffic.Own, traffic.Hub);

        await manager.PassAsync(scenario.Window);

        (own, hub) = (traffic.Own - own, traffic.Hub - hub);
        await ExpectAsync(manager, scenario.State);
        var timers = manager.Invocations.Where(static item => Timers.Contains(item.Function)).Sum(static item => item.OwnRequests);
        var others = manager.Invocations.Count(item => item.Function is nameof(ApplyActivity) or nameof(StartRuntimeActivity));
        return new Measurement(scenario, Count(manager, nameof(PollActivity)), others, own, timers, hub);
    }

    /// <summary>Polls that find something, and the decisions on it.</summary>
    private static async Task MeasureWorkAsync(string connection, StorageTraffic traffic, TextWriter output)
    {
        await using var manager = await ManagerUnderMeasurement.StartAsync(connection, traffic, static adapter => adapter.Log("loop_start", "iteration_start"));
        await manager.BeginAsync();
        await manager.PassAsync(TimeSpan.FromSeconds(61));
        var polls = new List<int>();
        var decisions = new List<int>();
        for (var i = 0; i < 9; i++)
        {
            manager.Invocations.Clear();
            manager.Adapter.Log(Enumerable.Repeat("role_output", 10).Prepend("role_start").ToArray());
            await manager.PassAsync(TimeSpan.FromSeconds(5));
            polls.AddRange(manager.Invocations.Where(item => item.Function == nameof(PollActivity)).Take(1).Select(item => item.OwnRequests));
            decisions.AddRange(manager.Invocations.Where(item => item.Function == nameof(ApplyActivity)).Select(item => item.OwnRequests));
        }

        await output.WriteLineAsync($"Own requests per poll with 11 new events: {Spread(polls)}; per decision stored: {Spread(decisions)}.");
    }

    /// <summary>Intents that are accepted, sent, answered and confirmed: pauses and resumes in turn, with the polls that see what has become of them.</summary>
    private static async Task MeasureIntentsAsync(string connection, StorageTraffic traffic, TextWriter output)
    {
        await using var manager = await ManagerUnderMeasurement.StartAsync(connection, traffic, static adapter => Controlled(adapter));
        manager.Adapter.OnControl = order =>
        {
            manager.Adapter.Paused = order.Verb == IntentVerb.Pause;
            return new AdapterAnswer<DeliveryAnswer>(new DeliveryAnswer(order.Intent, DeliveryOutcome.Done));
        };
        await manager.BeginAsync();
        await manager.PassAsync(TimeSpan.FromSeconds(61));
        var costs = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < 10; i++)
        {
            manager.Invocations.Clear();
            await manager.AskAsync(i % 2 == 0 ? "pause" : "resume");
            await manager.PassAsync(TimeSpan.FromSeconds(5));
            await ExpectAsync(manager, i % 2 == 0 ? LifecycleState.Paused : LifecycleState.Running);
            var invocations = manager.Invocations.Where(static item => !Timers.Contains(item.Function)).ToArray();
            foreach (var function in invocations.GroupBy(static item => item.Function))
            {
                Add(costs, $"{function.Key}", function.Sum(static item => item.OwnRequests));
            }

            Add(costs, "together", invocations.Sum(static item => item.OwnRequests));
        }

        await output.WriteLineAsync($"Own requests per intent, from the request to its confirmation: {string.Join("; ", costs.Select(static cost => $"{cost.Key} {Spread(cost.Value)}"))}.");
    }

    private static void Add(Dictionary<string, List<int>> costs, string name, int requests)
    {
        if (!costs.TryGetValue(name, out var list))
        {
            costs[name] = list = [];
        }

        list.Add(requests);
    }

    // A runtime of ours, at work, whose adapter takes intents.
    private static FakeAdapter Controlled(FakeAdapter adapter)
    {
        adapter.Log("loop_start", "iteration_start");
        adapter.Capabilities = ["pause", "resume", "cancel", "force_cancel", "approve", "reject", "start"];
        return adapter;
    }

    private static async Task ExpectAsync(ManagerUnderMeasurement manager, LifecycleState state)
    {
        var actual = (await manager.HeadAsync()).Run.Lifecycle.State;
        if (actual != state)
        {
            throw new InvalidOperationException($"The run is {actual}, to be measured was {state}.");
        }
    }

    private static int Count(ManagerUnderMeasurement manager, string function) => manager.Invocations.Count(item => item.Function == function);

    private static string Spread(List<int> values) => values.Count == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{values.Min()} to {values.Max()}, median {values.Order().ElementAt(values.Count / 2)} ({values.Count} measured)");
}
