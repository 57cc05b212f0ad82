using System.Globalization;

namespace OpsManager.Benchmarks.Adapter;

/// <summary>Times of the same thing done again and again.</summary>
internal sealed class Timings
{
    private readonly List<double> milliseconds = [];

    public double Median => milliseconds.Order().ElementAt(milliseconds.Count / 2);

    public double NinetyNinth => milliseconds.Order().ElementAt(milliseconds.Count * 99 / 100);

    public void Add(TimeSpan time) => milliseconds.Add(time.TotalMilliseconds);

    public static string Text(double milliseconds) => milliseconds.ToString(milliseconds < 10 ? "0.00" : milliseconds < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public override string ToString() => Text(Median);
}
