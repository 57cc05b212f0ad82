using System.Globalization;
using System.Text.Json;

namespace OpsManager.Benchmarks.Intents;

/// <summary>Measures how long an intent waits from the moment it is accepted until a live adapter has carried it out.</summary>
/// <param name="runs">Runs that are steered at the same time.</param>
/// <param name="rounds">Intents asked of each, one after the other.</param>
/// <param name="output">Where the report goes.</param>
internal sealed class IntentBenchmark(int runs, int rounds, TextWriter output)
{
    // The target: p95 under a second.
    private const double Target = 1000;

    /// <summary>Measures and reports. Returns the exit code: 1 if the target is missed.</summary>
    public async Task<int> RunAsync()
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{runs} runs at once, {rounds} intents each: LocalHost, Azurite and the adapter on this machine ..."));
        await using var manager = await LiveManager.StartAsync();
        var measured = await Task.WhenAll(Enumerable.Range(0, runs).Select(number => SteerAsync(manager, $"works-{number}")));
        var delivered = new Percentiles(measured.SelectMany(static intents => intents).Select(static intent => intent.Delivered));
        var confirmed = new Percentiles(measured.SelectMany(static intents => intents).Select(static intent => intent.Confirmed));
        await output.WriteLineAsync($"accepted to delivered: {delivered}");
        await output.WriteLineAsync($"accepted to confirmed: {confirmed}");
        var isMet = delivered.NinetyFifth < Target;
        await output.WriteLineAsync(isMet ? "The target, a p95 to delivery under 1 s, is met." : "The target, a p95 to delivery under 1 s, is missed.");
        return isMet ? 0 : 1;
    }

    /// <summary>Pauses and resumes a run in turn. The first two, which meet code that has never run, do not count.</summary>
    private async Task<IReadOnlyList<Waited>> SteerAsync(LiveManager manager, string loop)
    {
        var run = await manager.BeginAsync(loop);
        var waited = new List<Waited>();
        for (var round = -2; round < rounds; round++)
        {
            var intent = await manager.AskAsync(run, round % 2 == 0 ? "pause" : "resume");
            if (intent.GetProperty("status").GetString() != "confirmed")
            {
                throw new InvalidOperationException($"An intent was not confirmed: {intent}");
            }

            if (round >= 0)
            {
                var accepted = intent.GetProperty("acceptedAt").GetDateTimeOffset();
                var final = intent.GetProperty("steps").EnumerateArray().Last().GetProperty("at").GetDateTimeOffset();

                // An effect may be seen before the answer that says so.
                var delivered = intent.TryGetProperty("deliveredAt", out var at) && at.ValueKind != JsonValueKind.Null ? at.GetDateTimeOffset() : final;
                waited.Add(new Waited(delivered - accepted, final - accepted));
            }
        }

        return waited;
    }

    private sealed record Waited(TimeSpan Delivered, TimeSpan Confirmed);
}
