using System.Globalization;
using System.Reflection;

namespace OpsManager.Benchmarks.Adapter;

/// <summary>What is measured.</summary>
/// <param name="Adapters">Executables.</param>
/// <param name="Events">Lengths of logs.</param>
/// <param name="Duration">How long requests per second are counted, each.</param>
/// <param name="Files">Files of the work tree.</param>
/// <param name="IsGigabyte">Whether a log of 1 GB is served instead.</param>
internal sealed record AdapterBenchmarkOptions(IReadOnlyList<string> Adapters, IReadOnlyList<int> Events, TimeSpan Duration, int Files, bool IsGigabyte)
{
    /// <summary>Null when the arguments are wrong.</summary>
    public static AdapterBenchmarkOptions? TryParse(ReadOnlySpan<string> arguments)
    {
        List<string> adapters = [];
        IReadOnlyList<int> events = [10, 1_000, 10_000, 1_000_000];
        var seconds = 5;
        var files = 20_000;
        var gigabyte = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--gigabyte":
                    gigabyte = true;
                    break;
                case "--adapter" when i + 1 < arguments.Length:
                    adapters.Add(Path.GetFullPath(arguments[++i]));
                    break;
                case "--events" when i + 1 < arguments.Length:
                    events = [.. arguments[++i].Split(',').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))];
                    break;
                case "--seconds" when i + 1 < arguments.Length && int.TryParse(arguments[++i], CultureInfo.InvariantCulture, out seconds):
                    break;
                case "--files" when i + 1 < arguments.Length && int.TryParse(arguments[++i], CultureInfo.InvariantCulture, out files):
                    break;
                default:
                    return null;
            }
        }

        if (adapters.Count == 0)
        {
            var folder = typeof(AdapterBenchmarkOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "AdapterFolder").Value!;
            adapters.Add(Path.Combine(folder, "superloop-adapter"));
        }

        return new AdapterBenchmarkOptions(adapters, events, TimeSpan.FromSeconds(seconds), files, gigabyte);
    }
}
