using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Composition;
using OpsManager.Contract;
using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>
/// The manager on one loop: the app's own composition with a store in memory, polling a served adapter over HTTP as its engine does. A
/// launch after a run's end is a new Loop Run, which attaches.
/// </summary>
internal sealed class ReplayedManager : IDisposable
{
    private const int PageSize = 1000;

    /// <summary>How long a moment is watched, in the manager's time: longer than any end needs to be certain.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(90);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryRunStorage _storage;
    private readonly ServiceProvider _provider;
    private readonly Uri _adapter;
    private readonly LoopId _loop;
    private RunId? _run;
    private int _runs;
    private long _cycle;

    public ReplayedManager(Uri adapter, string loopId, bool onlyV1)
    {
        _adapter = adapter;
        _loop = LoopId.Parse(loopId);
        _storage = InMemoryRunStorage.Create(_time);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
                ["Adapter:AllowedHosts"] = adapter.Host,
                ["Adapter:Tokens:replay"] = ReplayedAdapter.Token,
            })
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(_time);
        services.AddOpsFunctions(configuration);
        services.Replace(ServiceDescriptor.Singleton(_storage.Store));
        services.Replace(ServiceDescriptor.Singleton(_storage.Index));
        if (onlyV1)
        {
            var real = services.Single(static s => s.ServiceType == typeof(IAdapterClient)).ImplementationFactory
                ?? throw new InvalidOperationException("The app composes its adapter client in another way by now.");
            services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(provider => new V1OnlyClient((IAdapterClient)real(provider))));
        }

        _provider = services.BuildServiceProvider();
    }

    /// <summary>Every transition, for the failure's text.</summary>
    public List<string> Story { get; } = [];

    /// <summary>The run that is followed at this moment.</summary>
    public async Task<LoopRun> RunAsync() => (await HeadAsync()).Run;

    /// <summary>Attaches and polls once.</summary>
    public async Task LookAsync()
    {
        await AttachAsync();
        await CycleAsync();
    }

    /// <summary>Polls as the engine does until nothing more can come of what the loop shows.</summary>
    public async Task WatchAsync()
    {
        if (_run is null || ((await RunAsync()).Lifecycle.State.IsTerminal() && await IsLaunchedAnewAsync()))
        {
            await AttachAsync();
        }

        for (var until = _time.GetUtcNow() + Watch; _time.GetUtcNow() < until;)
        {
            if (await CycleAsync() is { } interval)
            {
                _time.Advance(interval);
            }
            else if (await IsLaunchedAnewAsync())
            {
                await AttachAsync();
            }
            else
            {
                return;
            }
        }
    }

    public void Dispose() => _provider.Dispose();

    private async Task AttachAsync()
    {
        _run = RunId.Parse(string.Create(CultureInfo.InvariantCulture, $"replay-{++_runs}"));
        var spec = new RunSpec
        {
            RunId = _run.Value,
            Launch = LaunchKind.Attach,
            LoopId = _loop,
            Sprite = new SpriteRef(SpriteName.Parse(string.Create(CultureInfo.InvariantCulture, $"sprite-{_runs}")), _adapter, "replay"),
            CreatedAt = _time.GetUtcNow(),
        };
        var run = LoopRun.Create(spec, PolicyProfiles.Find(PolicyProfiles.Default)!);
        Assert.IsType<CreateRunResult.Created>(await _storage.Store.CreateAsync(new NewRun(run, null, "hash"), CancellationToken.None));
    }

    /// <summary>One turn of the engine. The time to wait, or null at the run's end.</summary>
    private async Task<TimeSpan?> CycleAsync()
    {
        var outcome = await _provider.GetRequiredService<RunPoller>().PollAsync(new PollRequest(_run!.Value, 1, ++_cycle), CancellationToken.None);
        if (outcome.Kind == PollOutcomeKind.Over)
        {
            return null;
        }

        Assert.Equal(PollOutcomeKind.Decide, outcome.Kind);
        if (outcome.Input is DecisionInput.PollFailed failed)
        {
            Assert.Fail($"The poll failed: {failed.Failure.Code}, {failed.Failure.Detail}");
        }

        var decision = RunDecider.Decide(outcome.Run!, outcome.Input!, _time.GetUtcNow());
        if (decision.Changed)
        {
            var operation = string.Create(CultureInfo.InvariantCulture, $"1-{_cycle}");
            var applied = await _storage.Store.ApplyAsync(_run.Value, EngineRef.For(_run.Value, 1), new ApplyRequest(operation, outcome.Revision, decision), CancellationToken.None);
            Assert.IsType<WriteResult.Written>(applied);
        }

        Story.AddRange(decision.Transitions.Select(t => $"{_run} #{t.Number} {t.From} -> {t.To} {t.Reason} by {t.Rule}: {t.Evidence}"));
        var caughtUp = outcome.Input is DecisionInput.Observed { Observation.CaughtUp: true };
        return PollSchedule.NextInterval(decision.Run, null, caughtUp);
    }

    /// <summary>Whether the log has a launch that is newer than the run that was followed.</summary>
    private async Task<bool> IsLaunchedAnewAsync()
    {
        var head = await HeadAsync();
        var client = _provider.GetRequiredService<IAdapterClient>();
        var scan = AttachScan.Beginning;
        for (long line = 0, count = 1; line < count;)
        {
            var page = Assert.IsType<AdapterAnswer<EventsReading>>(await client.GetEventsAsync(head.Run.Spec.Sprite, _loop, line, PageSize, null, CancellationToken.None)).Value;
            scan = AttachScanner.Apply(scan, page.Lines.Select(static l => l.Envelope is { } envelope ? EventFactReader.Read(envelope, l.Line, 1, l.Line) : EventFactReader.Quarantined(l.Line, 1, l.Line)));
            count = page.LineCount;
            line = page.Lines.Count == 0 ? count : page.Lines[^1].Line;
        }

        return (scan.Unconfirmed ?? scan.Candidate) is { } launch
            && (head.Run.Evidence.Attempts is not [.., var last] || (last.Epoch == head.Log.Epoch && launch.Line - 1 > last.BaseLine));
    }

    private async Task<RunHead> HeadAsync() => (await _storage.Store.FindAsync(_run!.Value, CancellationToken.None))!;
}
