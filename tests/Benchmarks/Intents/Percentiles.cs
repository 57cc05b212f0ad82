using System.Globalization;

namespace OpsManager.Benchmarks.Intents;

/// <summary>Times of many of the same thing, in milliseconds.</summary>
internal sealed class Percentiles(IEnumerable<TimeSpan> times)
{
    private readonly double[] _sorted = [.. times.Select(static time => time.TotalMilliseconds).Order()];

    public double Median => At(0.5);

    public double NinetyFifth => At(0.95);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {Median:0} ms, p95 {NinetyFifth:0} ms, max {_sorted[^1]:0} ms ({_sorted.Length} intents)");

    private double At(double share) => _sorted[Math.Max(0, (int)Math.Ceiling(_sorted.Length * share) - 1)];
}
