using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;

namespace Ops.Cli.Output;

/// <summary>Follows an intent until it is final.</summary>
internal sealed class IntentWatcher(ManagerClient client, string path)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private int _printed;

    public async Task<JsonElement> WatchAsync(JsonElement intent, string format, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isFinal = intent.Member("final")?.GetBoolean() == true;
            if (format is OutputFormat.Json or OutputFormat.Id)
            {
                if (isFinal)
                {
                    IntentPrinter.Print(intent, format);
                }
            }
            else
            {
                PrintSteps(intent);
            }

            if (isFinal)
            {
                return intent;
            }

            await Task.Delay(Interval, cancellationToken);
            intent = await client.GetAsync(path, cancellationToken);
        }
    }

    private void PrintSteps(JsonElement intent)
    {
        foreach (var step in intent.Items("steps").Skip(_printed))
        {
            IntentPrinter.PrintStep(intent, step);
            _printed++;
        }
    }
}
