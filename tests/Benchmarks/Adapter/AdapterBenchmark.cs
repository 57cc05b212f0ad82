using System.Globalization;
using System.Text.Json;

namespace OpsManager.Benchmarks.Adapter;

/// <summary>Measures the adapter from outside: as a program that is run once per call, and as a service.</summary>
internal sealed class AdapterBenchmark(AdapterBenchmarkOptions options, TextWriter output)
{
    private const double NativeSnapshotGoal = 15;
    private const double SnapshotGoal = 120;
    private const double PollGoal = 1;
    private const double MemoryGoal = 256;
    private const int PageSize = 2000;

    private readonly List<string> missed = [];

    /// <summary>Measures and reports. Returns the exit code: 1 if a goal is missed.</summary>
    public async Task<int> RunAsync()
    {
        foreach (var path in options.Adapters)
        {
            var program = new AdapterProgram(path);
            var kind = program.IsNative ? "native" : "with the runtime";
            await output.WriteLineAsync($"{path}: {kind}, {Environment.ProcessorCount} processors");
            await output.WriteLineAsync();
            if (options.IsGigabyte)
            {
                await MeasureGigabyteAsync(program);
                continue;
            }

            await MeasureProgramAsync(program);
            await MeasureWorkTreeAsync(program);
            await MeasureServiceAsync(program);
        }

        await output.WriteLineAsync(missed.Count == 0 ? "Every goal is reached." : "Missed: " + string.Join("; ", missed) + ".");
        return missed.Count == 0 ? 0 : 1;
    }

    private static async Task<Timings> RepeatAsync(int times, Func<Task<TimeSpan>> measure)
    {
        var timings = new Timings();
        for (var i = 0; i < times; i++)
        {
            timings.Add(await measure());
        }

        return timings;
    }

    private static string Mib(double value) => value.ToString("0", CultureInfo.InvariantCulture) + " MiB";

    private async Task MeasureProgramAsync(AdapterProgram program)
    {
        await output.WriteLineAsync("One call, from the start of the process to its exit, median ms:");
        await output.WriteLineAsync();
        await output.WriteLineAsync("| Events | snapshot, cold | snapshot, warm | poll of 10 new, cold | poll of 10 new, warm | peak memory, cold | peak memory, warm |");
        await output.WriteLineAsync("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var events in options.Events)
        {
            using var repository = new BenchmarkRepository();
            repository.Append(events);
            string[] snapshot = ["snapshot", "--repo", repository.Path, "--loop", BenchmarkRepository.LoopId];
            string[] poll() => ["events", "--repo", repository.Path, "--loop", BenchmarkRepository.LoopId, "--cursor", (repository.Lines - 10).ToString(CultureInfo.InvariantCulture)];
            var times = events > 100_000 ? 3 : 30;
            await program.RunAsync(snapshot);
            async Task<TimeSpan> ColdAsync(string[] arguments)
            {
                repository.Forget();
                return await program.RunAsync(arguments);
            }

            async Task<TimeSpan> GrownAsync(Func<string[]> arguments)
            {
                repository.Append(10);
                return await program.RunAsync(arguments());
            }

            var coldSnapshot = await RepeatAsync(times, () => ColdAsync(snapshot));
            var coldPoll = await RepeatAsync(times, () => ColdAsync(poll()));
            var warmSnapshot = await RepeatAsync(30, () => program.RunAsync(snapshot));
            var warmPoll = await RepeatAsync(30, () => GrownAsync(poll));
            repository.Forget();
            var coldPeak = await program.PeakAsync(snapshot);
            var warmPeak = await program.PeakAsync(snapshot);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"| {events:#,0} | {coldSnapshot} | {warmSnapshot} | {coldPoll} | {warmPoll} | {Mib(coldPeak)} | {Mib(warmPeak)} |"));
            var goal = program.IsNative ? NativeSnapshotGoal : SnapshotGoal;
            if (events <= 1000 && warmSnapshot.Median >= goal)
            {
                missed.Add($"snapshot of {events} events took {warmSnapshot} ms, goal {goal} ms");
            }
        }

        await output.WriteLineAsync();
    }

    private async Task MeasureWorkTreeAsync(AdapterProgram program)
    {
        const int Events = 1000;
        using var repository = new BenchmarkRepository();
        repository.Append(Events);
        repository.AddWorkTree(options.Files);
        string[] snapshot = ["snapshot", "--repo", repository.Path, "--loop", BenchmarkRepository.LoopId];
        await program.RunAsync(snapshot);
        var first = await RepeatAsync(10, () =>
        {
            repository.Forget();
            return program.RunAsync(snapshot);
        });
        var later = await RepeatAsync(30, () => program.RunAsync(snapshot));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"One snapshot of {Events:#,0} events and a work tree of {options.Files:#,0} files that count and as many that do not, median ms:"));
        await output.WriteLineAsync();
        await output.WriteLineAsync("| first of an iteration, cold | later |");
        await output.WriteLineAsync("| --- | --- |");
        await output.WriteLineAsync($"| {first} | {later} |");
        await output.WriteLineAsync();
        var goal = program.IsNative ? NativeSnapshotGoal : SnapshotGoal;
        if (later.Median >= goal)
        {
            missed.Add($"a later snapshot with a work tree of {options.Files} files took {later} ms, goal {goal} ms");
        }
    }

    private async Task MeasureServiceAsync(AdapterProgram program)
    {
        await output.WriteLineAsync("Served, over HTTP on the loopback address, one caller, median ms:");
        await output.WriteLineAsync();
        await output.WriteLineAsync("| Events | first snapshot | snapshot | poll of 10 new | its 99th percentile | all events, in pages of 2,000 | peak memory |");
        await output.WriteLineAsync("| --- | --- | --- | --- | --- | --- | --- |");
        List<string> rates = [];
        foreach (var events in options.Events)
        {
            using var repository = new BenchmarkRepository();
            repository.Append(events);
            await using var service = await ServedAdapter.StartAsync(program, repository.Path);
            await service.GetAsync("healthz");
            var first = (await service.SnapshotAsync()).Elapsed;
            await RepeatAsync(300, async () => (await service.SnapshotAsync()).Elapsed);
            var snapshot = await RepeatAsync(300, async () => (await service.SnapshotAsync()).Elapsed);
            async Task<TimeSpan> NewAsync()
            {
                repository.Append(10);
                return (await service.EventsAsync(repository.Lines - 10, 500)).Elapsed;
            }

            await RepeatAsync(300, NewAsync);
            var poll = await RepeatAsync(500, NewAsync);
            var all = await AllAsync(service, repository.Lines);
            var peak = service.Peak;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {events:#,0} | {Timings.Text(first.TotalMilliseconds)} | {snapshot} | {poll} | {Timings.Text(poll.NinetyNinth)} | {Timings.Text(all.TotalMilliseconds)} | {Mib(peak)} |"));
            if (events >= 1_000_000 && poll.Median >= PollGoal)
            {
                missed.Add($"a served poll of 10 new events out of {events} took {poll} ms, goal {PollGoal} ms");
            }

            var path = $"ops/events?loopId={BenchmarkRepository.LoopId}&cursor={repository.Lines - 10}";
            var healthz = await service.RateAsync("healthz", 4, options.Duration);
            var snapshots = await service.RateAsync($"ops/snapshot?loopId={BenchmarkRepository.LoopId}", 4, options.Duration);
            var polls = await service.RateAsync(path, 4, options.Duration);
            rates.Add(string.Create(CultureInfo.InvariantCulture, $"| {events:#,0} | {healthz:#,0} | {snapshots:#,0} | {polls:#,0} |"));
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync("Requests per second, four callers on the same machine:");
        await output.WriteLineAsync();
        await output.WriteLineAsync("| Events | healthz | snapshot | the last 10 events |");
        await output.WriteLineAsync("| --- | --- | --- | --- |");
        foreach (var rate in rates)
        {
            await output.WriteLineAsync(rate);
        }

        await output.WriteLineAsync();
    }

    private static async Task<TimeSpan> AllAsync(ServedAdapter service, long lines)
    {
        var total = TimeSpan.Zero;
        long seen = 0;
        for (long cursor = 0; cursor < lines;)
        {
            var (elapsed, body) = await service.EventsAsync(cursor, PageSize);
            total += elapsed;
            using var page = JsonDocument.Parse(body);
            seen += page.RootElement.GetProperty("events").GetArrayLength();
            cursor = page.RootElement.GetProperty("cursor").GetProperty("eventLineOffset").GetInt64();
        }

        return seen == lines ? total : throw new InvalidOperationException($"{seen} events of {lines} were served.");
    }

    private async Task MeasureGigabyteAsync(AdapterProgram program)
    {
        using var repository = new BenchmarkRepository();
        while (repository.LogBytes < 1_000_000_000)
        {
            repository.Append(100_000);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"A log of {repository.LogBytes:#,0} bytes, {repository.Lines:#,0} lines:"));
        await output.WriteLineAsync();
        await output.WriteLineAsync("| What | ms | peak memory |");
        await output.WriteLineAsync("| --- | --- | --- |");
        string[] snapshot = ["snapshot", "--repo", repository.Path, "--loop", BenchmarkRepository.LoopId];
        var cold = await program.RunAsync(snapshot);
        repository.Forget();
        var coldPeak = await program.PeakAsync(snapshot);
        await RowAsync("one snapshot, cold", cold, coldPeak);
        var warm = await RepeatAsync(10, () => program.RunAsync(snapshot));
        await RowAsync("one snapshot, warm", TimeSpan.FromMilliseconds(warm.Median), await program.PeakAsync(snapshot));
        repository.Forget();
        await using var service = await ServedAdapter.StartAsync(program, repository.Path);
        await RowAsync("served, first snapshot", (await service.SnapshotAsync()).Elapsed, service.Peak);
        var poll = await RepeatAsync(200, async () =>
        {
            repository.Append(10);
            return (await service.EventsAsync(repository.Lines - 10, 500)).Elapsed;
        });
        await RowAsync("served, 10 new events", TimeSpan.FromMilliseconds(poll.Median), service.Peak);
        await RowAsync("served, 500 events from the middle", (await service.EventsAsync(repository.Lines / 2, 500)).Elapsed, service.Peak);
        await RowAsync("served, every event in pages of 2,000", await AllAsync(service, repository.Lines), service.Peak);
        await output.WriteLineAsync();
        var peak = Math.Max(coldPeak, service.Peak);
        if (peak >= MemoryGoal)
        {
            missed.Add($"{Mib(peak)} of memory for a log of 1 GB, goal {Mib(MemoryGoal)}");
        }
    }

    private Task RowAsync(string what, TimeSpan time, double peak) =>
        output.WriteLineAsync($"| {what} | {Timings.Text(time.TotalMilliseconds)} | {Mib(peak)} |");
}
