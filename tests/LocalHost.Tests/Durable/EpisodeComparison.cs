using System.Collections.Concurrent;
#if FUNCTIONS_PACKAGES
using System.Runtime.ExceptionServices;
#endif
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Tests.Durable;

/// <summary>
/// Has every episode that LocalHost plays played by the real worker and engine as well, and collects where they ask for something else.
/// Where the packages are not to be had it does nothing.
/// </summary>
internal sealed class EpisodeComparison(DataConverter converter)
{
    private readonly ConcurrentQueue<string> _differences = new();
    /// <summary>False for orchestrators that count their calls, or that break a rule which LocalHost answers in its own way.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>What was asked for in each episode that both have played.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    public IEpisodePlayer Around(IEpisodePlayer player)
    {
#if FUNCTIONS_PACKAGES
        return new ComparedPlayer(this, player, new Packages.RealEpisodePlayer(converter));
#else
        _ = converter;
        return player;
#endif
    }

    public void AssertNoDifference()
    {
        string text = string.Join("\n\n", _differences);
        Assert.True(text.Length == 0, text);
    }

#if FUNCTIONS_PACKAGES
    private sealed class ComparedPlayer(EpisodeComparison comparison, IEpisodePlayer player, Packages.RealEpisodePlayer real) : IEpisodePlayer
    {
        public EpisodeResult Play(
            OrchestrationIdentity identity,
            Func<TaskOrchestrationContext, Task<object?>> orchestrator,
            IReadOnlyList<HistoryEvent> pastEvents,
            IReadOnlyList<HistoryEvent> newEvents)
        {
            if (!comparison.IsOn)
            {
                return player.Play(identity, orchestrator, pastEvents, newEvents);
            }

            EpisodeResult? result = null;
            string ours = Packages.EpisodeText.Of(() => Packages.EpisodeText.Of(result = player.Play(identity, orchestrator, pastEvents, newEvents)), out ExceptionDispatchInfo? failure);
            string theirs = Packages.EpisodeText.Of(() => real.Play(identity, orchestrator, pastEvents, newEvents), out _);
            comparison.Texts.Enqueue(ours);
            if (ours != theirs)
            {
                comparison._differences.Enqueue($"past:\n{Packages.EpisodeText.Of(pastEvents)}\nnew:\n{Packages.EpisodeText.Of(newEvents)}\nLocalHost:\n{ours}\nreal:\n{theirs}");
            }

            failure?.Throw();
            return result!;
        }
    }
#endif
}
