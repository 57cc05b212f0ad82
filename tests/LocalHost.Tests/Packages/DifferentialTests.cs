using System.Collections.Concurrent;
using System.Globalization;
using LocalHost.Durable.Engine;
using LocalHost.Tests.Durable;
using Microsoft.DurableTask.Client;
using Xunit.Abstractions;

namespace LocalHost.Tests.Packages;

/// <summary>
/// Random orchestrators in a random world: whatever an episode asks for in LocalHost, it asks for in the packages' own worker and engine.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int Programs = 400;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("OPS_TEST_SEED"), CultureInfo.InvariantCulture, out int given)
        ? given
        : Random.Shared.Next();

    [Fact]
    public async Task Random_orchestrators_do_the_same_in_LocalHost_and_in_the_real_engine()
    {
        int seed = Seed;
        output.WriteLine($"seed {seed}: OPS_TEST_SEED={seed} repeats this test");
        ConcurrentBag<string> episodes = [];
        for (int program = 0; program < Programs; program++)
        {
            await PlayAsync(unchecked(seed + program), episodes);
        }

        // It must not hold because nothing happened.
        Assert.All(
            [" activity ", " timer ", " child ", " event ", " Completed ", " ContinuedAsNew ", " Failed by System.FormatException", " Terminated ", "=\"raised"],
            kind => Assert.Contains(episodes, episode => episode.Contains(kind, StringComparison.Ordinal)));
        output.WriteLine($"{episodes.Count} episodes");
    }

    private static async Task PlayAsync(int seed, ConcurrentBag<string> episodes)
    {
        Random world = new(seed);
        EngineFixture fixture = new(options: new EngineOptions
        {
            TestModes = new DurableTestModes { ReloadBeforeEveryEpisode = world.Next(2) == 0, DeliverEventsTwice = world.Next(4) == 0 },
        });
        try
        {
            await using (fixture)
            {
                fixture.Orchestrator(RandomOrchestrator.Name, RandomOrchestrator.RunAsync);
                fixture.Activity(RandomOrchestrator.Activity, input => input.Contains(RandomOrchestrator.Failing, StringComparison.Ordinal)
                    ? throw new InvalidOperationException("the activity")
                    : EngineFixture.Converter.Deserialize<string>(input));
                await fixture.StartedAsync();
                await fixture.StartAsync(RandomOrchestrator.Name, new RandomOrchestrator.Input(seed));
                for (int move = 0; move < 25 && (await fixture.GetAsync()).RuntimeStatus is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended; move++)
                {
                    await MoveAsync(world, fixture);
                }
            }
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Program {seed}: {exception.Message}", exception);
        }

        fixture.Comparison.Texts.ToList().ForEach(episodes.Add);
    }

    private static async Task MoveAsync(Random world, EngineFixture fixture)
    {
        bool isSuspended = (await fixture.GetAsync()).RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
        switch (world.Next(10))
        {
            case < 3:
                await RaiseAsync(world, fixture);
                await fixture.IdleAsync();
                break;
            case < 6:
                using (await fixture.Engine.HoldAsync("i1", fixture.Cancellation))
                {
                    // What comes while an episode is held comes in one batch: events on both sides of whatever ends the generation.
                    for (int events = world.Next(2, 6); events > 0; events--)
                    {
                        await RaiseAsync(world, fixture);
                    }

                    fixture.Time.Advance(TimeSpan.FromMinutes(world.Next(0, 120)));
                }

                await fixture.IdleAsync();
                break;
            case < 8:
                await fixture.AdvanceAsync(world.Next(3) == 0 ? TimeSpan.FromDays(world.Next(1, 4)) : TimeSpan.FromMinutes(world.Next(1, 100)));
                break;
            case 8 when isSuspended:
                await fixture.Client.ResumeInstanceAsync("i1", null, fixture.Cancellation);
                await fixture.IdleAsync();
                break;
            case 8:
                await fixture.Client.SuspendInstanceAsync("i1", null, fixture.Cancellation);
                await fixture.IdleAsync();
                break;
            case 9 when world.Next(5) == 0:
                await fixture.Client.TerminateInstanceAsync("i1", "enough", fixture.Cancellation);
                await fixture.IdleAsync();
                break;
        }
    }

    private static Task RaiseAsync(Random world, EngineFixture fixture)
        => fixture.Client.RaiseEventAsync("i1", world.Next(2) == 0 ? "a" : "B", $"raised{world.Next(100)}", fixture.Cancellation);
}
