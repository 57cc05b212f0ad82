using Microsoft.Extensions.Options;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Sprites.Adapter;

/// <summary>Refuses settings that could only fail later.</summary>
internal sealed class AdapterClientOptionsValidator : IValidateOptions<AdapterClientOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AdapterClientOptions options)
    {
        var failures = new List<string>();
        if (options.RequestTimeout < Shortest || options.RequestTimeout > Longest)
        {
            failures.Add("Adapter:RequestTimeout must be from 00:00:00.100 to 00:02:00.");
        }

        if (options.ControlTimeout < Shortest || options.ControlTimeout > Longest)
        {
            failures.Add("Adapter:ControlTimeout must be from 00:00:00.100 to 00:02:00.");
        }

        if (options.MaxResponseBytes is < 1024 or > 256 * 1024 * 1024)
        {
            failures.Add("Adapter:MaxResponseBytes must be from 1024 to 268435456.");
        }

        if (options.MaxEventsPerPage is < 1 or > 1000)
        {
            failures.Add("Adapter:MaxEventsPerPage must be from 1 to 1000.");
        }

        foreach (var host in options.AllowedHosts)
        {
            if (!HostRule.TryParse(host, out _))
            {
                failures.Add($"Adapter:AllowedHosts: '{host}' is not a host, host:port, *.domain or *.domain:port.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
