using System.CommandLine;
using System.Text;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Cli;

/// <summary>What the commands share: options, where answers go, and how a failure is told.</summary>
internal sealed class CommandParts(TimeProvider time, IProcessTable processes, Stream output, TextWriter errors)
{
    public Option<string> Repo { get; } = new("--repo") { Description = "The repository that holds .superloop.", Required = true };

    public Option<string> Loop { get; } = new("--loop") { Description = "The loop's id.", Required = true };

    public Option<string?> Superloop { get; } = new("--superloop") { Description = "Path of superloop.sh. Without it nothing can be started, and start is no capability." };

    public Option<int> MaxBytes { get; } = new("--max-bytes")
    {
        Description = $"Bytes of the answer at most; {ReadingArguments.DefaultMaxBytes} unless given, never more than {Adapter.MaxPageBytes}.",
        DefaultValueFactory = static _ => ReadingArguments.DefaultMaxBytes,
    };

    public Option<string?> Trace { get; } = new("--trace-id") { Description = "Correlation id to repeat in the envelopes." };

    public TimeProvider Time => time;

    public IProcessTable Processes => processes;

    public Stream Output => output;

    public Adapter Open(ParseResult parsed, LaunchOptions? launching = null, IReadOnlyCollection<string>? secretVariables = null) =>
        Opening.Open(parsed.GetRequiredValue(Repo), processes, time, launching, secretVariables);

    public LaunchOptions? LaunchOptionsOf(ParseResult parsed, IReadOnlyCollection<string>? secretVariables = null) =>
        Opening.LaunchOptionsOf(parsed.GetValue(Superloop), secretVariables);

    /// <summary>Runs a command; a refusal becomes one JSON document and its exit code.</summary>
    public Task<int> GuardAsync(Func<Task<int>> action) => GuardAsync(action, errors, time);

    /// <summary>The same for a command that needs none of the rest.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> action, TextWriter errors, TimeProvider time)
    {
        try
        {
            return await action();
        }
        catch (AdapterException e)
        {
            await errors.WriteLineAsync(Encoding.UTF8.GetString(ErrorDocument.Write(e.Error, time).Span));
            return e.Error.ExitCode;
        }
        catch (IOException e)
        {
            // Most likely stdout is gone, or the address is in use.
            await errors.WriteLineAsync(Encoding.UTF8.GetString(ErrorDocument.Write(AdapterError.Internal() with { Message = e.Message }, time).Span));
            return ExitCodes.Failure;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whoever called reads one document, whatever went wrong. The kind alone: its text may hold a path.
            await errors.WriteLineAsync(Encoding.UTF8.GetString(ErrorDocument.Write(AdapterError.Internal() with { Message = $"the adapter failed: {e.GetType().Name}" }, time).Span));
            return ExitCodes.Failure;
        }
    }
}
