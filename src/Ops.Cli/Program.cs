using System.CommandLine;
using Ops.Cli;
using Ops.Cli.Commands;
using Spectre.Console;

// Where nobody looks, nothing is broken into lines to fit: an id that is cut in two cannot be found again.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 10_000;
}

var root = new RootCommand("Talks to a Superloop Ops Manager. "
    + "The manager's address and key come from OPS_BASE_URL and OPS_KEY.\n\n"
    + "Exit codes: 0 done, 1 no answer, 2 wrong command line or unknown id, 3 refused by the state of things, 4 wrong key, "
    + "5 an intent that was waited for was not confirmed, 6 a run that was watched ended otherwise than completed, 130 interrupted.")
{
    RunsCommand.Create(),
    EscalationsCommand.Create(),
    FleetCommand.Create(),
    OutputFormat.JsonFlag,
    Actor.Option,
};

// Arguments stand for themselves: one that begins with @, such as a note to somebody, names no file to be read.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
return parsed.Errors.Count > 0 ? Usage(parsed) : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

static int Usage(ParseResult parsed)
{
    parsed.Invoke();
    return ExitCodes.Usage;
}
