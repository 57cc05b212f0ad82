using Microsoft.Extensions.Options;

namespace OpsFunctions.Composition;

/// <summary>Refuses settings that would delete too early, or never come to an end.</summary>
internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var failures = new List<string>();
        Kept(nameof(options.EndedRuns), options.EndedRuns, "every run until it is deleted by hand");
        Kept(nameof(options.Instances), options.Instances, "every instance");
        Between(nameof(options.OrphanBlobs), options.OrphanBlobs, TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        Between(nameof(options.RunsPerTick), options.RunsPerTick, 1, 1000);
        Between(nameof(options.ScanPerTick), options.ScanPerTick, 1, 5000);
        Between(nameof(options.RowsPerRun), options.RowsPerRun, 100, 100_000);
        Between(nameof(options.InstancesTimeout), options.InstancesTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Between(nameof(options.InstancePatience), options.InstancePatience, TimeSpan.FromMinutes(1), Day);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Kept(string setting, TimeSpan value, string what)
        {
            if (value != TimeSpan.Zero && (value < Day || value > Longest))
            {
                failures.Add($"{RetentionOptions.Section}:{setting} is {value:c}; set 00:00:00 to keep {what}, or a time from {Day:c} to {Longest:c}.");
            }
        }

        void Between<T>(string setting, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                failures.Add($"{RetentionOptions.Section}:{setting} is {value}; set it to a value from {least} to {most}.");
            }
        }
    }
}
