using System.Text.Json;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Cli;

/// <summary>The commands that only read, each answering within the bytes that were asked for.</summary>
internal sealed class ReadingCommands(TimeProvider time, IProcessTable processes, Stream output)
{
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    /// <summary>Writes the answer and returns the exit code.</summary>
    public async Task<int> RunAsync(ReadingArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Cursor < 0 || arguments.MaxEvents < 0)
        {
            throw new AdapterException(AdapterError.InvalidRequest($"{(arguments.Cursor < 0 ? "--cursor" : "--max")} must be >= 0"));
        }

        if (arguments.MaxBytes is < 1 or > Adapter.MaxPageBytes)
        {
            throw new AdapterException(AdapterError.InvalidRequest($"--max-bytes must be from 1 to {Adapter.MaxPageBytes}"));
        }

        using var adapter = Opening.Open(arguments.Repo, processes, time, Opening.LaunchOptionsOf(arguments.Superloop));
        await (arguments.Command switch
        {
            ReadingArguments.Events => WriteEventsAsync(adapter, arguments, cancellation),
            ReadingArguments.Status => WriteStatusAsync(adapter, arguments, cancellation),
            _ => WriteSnapshotAsync(adapter, arguments, cancellation),
        });
        return ExitCodes.Success;
    }

    private async Task WriteSnapshotAsync(Adapter adapter, ReadingArguments arguments, CancellationToken cancellation)
    {
        await output.WriteAsync(await adapter.SnapshotAsync(arguments.Loop, arguments.TraceId, cancellation, arguments.MaxBytes - LineFeed.Length), cancellation);
        await output.WriteAsync(LineFeed, cancellation);
    }

    private async Task WriteEventsAsync(Adapter adapter, ReadingArguments arguments, CancellationToken cancellation)
    {
        var page = await adapter.EventsAsync(arguments.Loop, arguments.Cursor, arguments.MaxEvents, arguments.TraceId, cancellation, arguments.MaxBytes);
        if (page.Envelopes is [var only] && only.Length + LineFeed.Length > arguments.MaxBytes)
        {
            throw new AdapterException(AdapterError.EventTooLarge(page.EndLine, only.Length + LineFeed.Length));
        }

        foreach (var envelope in page.Envelopes)
        {
            await output.WriteAsync(envelope, cancellation);
            await output.WriteAsync(LineFeed, cancellation);
        }
    }

    private async Task WriteStatusAsync(Adapter adapter, ReadingArguments arguments, CancellationToken cancellation)
    {
        using var snapshot = JsonDocument.Parse(await adapter.SnapshotAsync(arguments.Loop, null, cancellation, arguments.MaxBytes - LineFeed.Length));
        await using (var json = new Utf8JsonWriter(output, EventEnvelopes.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok"u8, true);
            json.WriteStartObject("run"u8);
            foreach (var member in snapshot.RootElement.GetProperty("run"u8).EnumerateObject().Where(static m => !m.NameEquals("summary"u8)))
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
            foreach (var name in (string[])["health", "ext"])
            {
                json.WritePropertyName(name);
                snapshot.RootElement.GetProperty(name).WriteTo(json);
            }

            json.WriteEndObject();
        }

        await output.WriteAsync(LineFeed, cancellation);
    }
}
