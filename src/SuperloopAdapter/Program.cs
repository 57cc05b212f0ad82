using SuperloopAdapter.Cli;
using SuperloopAdapter.Processes;

if (!OperatingSystem.IsLinux())
{
    await Console.Error.WriteLineAsync("superloop-adapter reads /proc and opens files without following links: it runs on Linux only.");
    return ExitCodes.Failure;
}

await using var output = Console.OpenStandardOutput();
return await new AdapterCommands(TimeProvider.System, new ProcfsTable(), output, Console.Error).RunAsync(args, CancellationToken.None);
