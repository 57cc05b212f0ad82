using System.CommandLine;
using OpsManager.SuperloopSimulator.Commands;
using OpsManager.SuperloopSimulator.Roles;

switch (args)
{
    // The program's own children come first and bypass the command line: they are started often.
    case [Children.Role, var order]:
        return await new RoleProcess(Children.Read(order), TimeProvider.System).RunAsync();
    case [Children.Watchdog, var order]:
        return await new RoleWatchdog(Children.Read(order), TimeProvider.System).RunAsync();
    case [Children.Orphan, var order]:
        return await new RoleProcess(Children.Read(order), TimeProvider.System).RunOrphanAsync();
    case ["--version" or "-v"]:
        Console.WriteLine("0.6.1");
        return 0;
    default:
        return await CommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = true, ProcessTerminationTimeout = null });
}
