using System.CommandLine;
using Ops.Cli;
using Ops.Cli.Commands;

var root = new RootCommand("Talks to a Superloop Ops Manager. The manager's address and key come from OPS_BASE_URL and OPS_KEY.")
{
    RunsCommand.Create(),
    EscalationsCommand.Create(),
    FleetCommand.Create(),
};
var parsed = root.Parse(args);
return parsed.Errors.Count > 0 ? Usage(parsed) : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

static int Usage(ParseResult parsed)
{
    parsed.Invoke();
    return ExitCodes.Usage;
}
