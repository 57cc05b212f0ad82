using SuperloopAdapter.Cli;
using SuperloopAdapter.Processes;

if (!OperatingSystem.IsLinux())
{
    await Console.Error.WriteLineAsync("superloop-adapter reads /proc and opens files without following links: it runs on Linux only.");
    return ExitCodes.Failure;
}

// Buffered, so that the answer is one write at the end: the console's asynchronous writes each start a thread.
using var output = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
var code = await new AdapterCommands(TimeProvider.System, new ProcfsTable(), output, Console.Error).RunAsync(args, CancellationToken.None);
output.Flush();
return code;
