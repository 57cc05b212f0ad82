using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Hosting;
using OpsManager.Testing;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>LocalHost only: fifty runs with intents over one adapter process, while the manager is killed as by a power failure.</summary>
[Collection(AloneOnTheMachine.Name)]
[Trait(AloneOnTheMachine.Trait, AloneOnTheMachine.Name)]
public sealed class FleetTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Runs = 50;
    private const int Kills = 20;

    // What is asked then has time to be carried out while the last kills come.
    private const int LastMoment = 15;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly string[] FinalStatuses = ["confirmed", "refused", "ambiguous", "failed", "expired", "superseded"];
    private static readonly string[] EndStates = ["completed", "stopped", "failed", "cancelled", "timed_out", "crashed", "lost"];

    private readonly ManagerUnderTest _manager = new()
    {
        Settings =
        {
            // A process that lives for seconds is not worth profiling, and most of what it does is to start.
            ["DOTNET_TieredPGO"] = "0",
            ["WATCHDOG_SCHEDULE"] = "*/5 * * * * *",
            ["NOTIFICATIONS_SCHEDULE"] = "*/10 * * * * *",
        },
    };

    private readonly TaskCompletionSource[] _killed = [.. Enumerable.Range(0, Kills + 1).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

    public async Task InitializeAsync()
    {
        if (!_manager.IsExternal)
        {
            await _manager.InitializeAsync();
        }
    }

    public Task DisposeAsync() => _manager.DisposeAsync();

    [LocalHostFact]
    public async Task Fifty_runs_lose_nothing_and_double_nothing_though_the_manager_is_killed_twenty_times()
    {
        var seed = TestSeed.Announce(output);
        var random = new Random(seed);
        using var adapter = await FakeAdapterUnderTest.StartAsync(_manager);
        var client = new PatientClient(_manager.Client);
        var kinds = Enum.GetValues<FleetKind>();
        var scripts = Enumerable.Range(0, Runs).Select(number => new FleetScript(kinds[number % kinds.Length], number, client, adapter, Moments(random))).ToList();

        var started = Stopwatch.GetTimestamp();
        var playing = Task.WhenAll(scripts.Select(static script => script.PlayAsync()));
        await KillAsync(new Random(random.Next()), client, playing);
        output.WriteLine($"{Kills} kills in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        await playing;
        output.WriteLine($"{Runs} runs ended after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        var (intents, events) = (0, 0);
        foreach (var script in scripts)
        {
            var report = await adapter.ReportAsync(script.Loop);
            events += await AssertEventsAsync(script, report);
            intents += await AssertIntentsAsync(script, client, report);
            await AssertOneEndAsync(script, client);
        }

        var took = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{events} events and {intents} intents checked after {took.TotalSeconds:0} s");
        Assert.True(took < Limit, $"it took {took.TotalSeconds:0} s");
    }

    /// <summary>The moments of one run, spread over the kills in rising order.</summary>
    private Func<Task> Moments(Random random)
    {
        var kills = new Queue<int>(Enumerable.Range(0, 5).Select(_ => random.Next(0, LastMoment + 1)).Order());
        return () => kills.TryDequeue(out var kill) ? _killed[kill].Task : Task.CompletedTask;
    }

    private async Task KillAsync(Random random, PatientClient client, Task playing)
    {
        _killed[0].SetResult();
        for (var kill = 1; kill <= Kills; kill++)
        {
            // A script that failed ends the test at once.
            var wait = TimeSpan.FromMilliseconds(random.Next(200, 1500));
            await Task.WhenAny(playing, Task.Delay(wait));
            if (playing.IsFaulted)
            {
                return;
            }

            // A manager that is killed before it is at work proves nothing; how long that takes is the machine's affair.
            await client.GetAsync("/api/fleet");
            await client.GetAsync("/api/fleet");
            _manager.Kill();
            await _manager.StartAsync();
            _killed[kill].SetResult();
        }
    }

    private async Task<int> AssertEventsAsync(FleetScript script, JsonElement report)
    {
        var lines = report.GetProperty("lines").EnumerateArray().ToList();
        LoopRunTests.AssertEventsAreTheLog(lines, await _manager.Client.ReadEventsAsync(script.RunId, 500));
        return lines.Count;
    }

    private static async Task<int> AssertIntentsAsync(FleetScript script, PatientClient client, JsonElement report)
    {
        var intents = (await client.ReadAllAsync($"/api/runs/{script.RunId}/intents")).ToDictionary(static intent => intent.GetProperty("id").GetString()!);
        Assert.All(script.Accepted.Keys, id => Assert.True(intents.ContainsKey(id), $"{script}: intent {id} is lost"));
        foreach (var (id, intent) in intents)
        {
            var ends = intent.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("status").GetString()).Where(static status => FinalStatuses.Contains(status)).ToList();
            Assert.True(ends.Count == 1 && ends[0] == intent.GetProperty("status").GetString(), $"{script}: {intent}");
            var wanted = script.Accepted.GetValueOrDefault(id) ?? ends[0];
            Assert.True(ends[0] == wanted, $"{script}: not {wanted}: {intent}");
        }

        var effects = report.GetProperty("effects").EnumerateArray().GroupBy(static effect => effect.GetProperty("intentId").GetString()!).ToDictionary(static group => group.Key, static group => group.Count());
        Assert.All(effects, effect => Assert.True(effect.Value == 1 && intents.ContainsKey(effect.Key), $"{script}: {effect.Value} effects of {effect.Key}"));
        Assert.All(script.Accepted.Where(static accepted => accepted.Value is not null), accepted => Assert.True(effects.ContainsKey(accepted.Key), $"{script}: {accepted.Key} had no effect"));
        var launches = report.GetProperty("launches").EnumerateArray().Select(static launch => launch.GetInt32()).ToList();
        Assert.Equal(Enumerable.Range(1, launches.Count), launches);
        if (script.Kind != FleetKind.Contradicted)
        {
            Assert.Equal(script.Kind switch { FleetKind.Approved => 2, FleetKind.RejectedFirst => 3, _ => 1 }, launches.Count);
        }

        return intents.Count;
    }

    private static async Task AssertOneEndAsync(FleetScript script, PatientClient client)
    {
        var states = (await client.ReadAllAsync($"/api/runs/{script.RunId}/transitions")).Select(static transition => transition.GetProperty("to").GetString()).ToList();
        Assert.Equal([script.EndState], states.Where(state => EndStates.Contains(state)));
        Assert.Equal(script.EndState, states[^1]);
    }
}
