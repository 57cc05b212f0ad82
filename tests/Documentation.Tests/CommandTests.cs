using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

/// <summary>Commands and options that pages name, against the programs.</summary>
public sealed partial class CommandTests
{
    private static readonly string[] OfTheCli = ["runs", "escalations", "fleet"];

    [Fact]
    public void Every_command_line_that_is_shown_is_understood()
    {
        var lines = Page.All.SelectMany(page => Lines(page).Select(line => (page.Path, Line: line))).ToArray();

        Assert.True(lines.Length > 40, "The pages show fewer command lines than expected; the test may not see them any more.");
        Assert.Empty(lines.SelectMany(line => WrongIn(line.Line).Select(wrong => $"{line.Path}: {line.Line}: {wrong}")));
    }

    [Fact]
    public void The_table_of_commands_has_every_command_and_no_other()
    {
        var page = Page.All.Single(page => page.Path == "docs/operations.md").Text;
        var section = page[page.IndexOf("## The command line", StringComparison.Ordinal)..];
        var named = new HashSet<string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var row in section.Split('\n').SkipWhile(line => !line.StartsWith('|')).Skip(2).TakeWhile(line => line.StartsWith('|')))
        {
            string[] command = [];
            var all = new List<string[]>();
            foreach (var words in Code().Matches(row.Split('|')[2]).Select(match => match.Groups["code"].Value.Split(' ')))
            {
                if (words[0].StartsWith('-'))
                {
                    // An option of any command of its row.
                    wrong.AddRange(all.Any(each => CommandTree.Cli.At(each).Options.Contains(words[0])) ? [] : [words[0]]);
                    continue;
                }

                // "runs show", and then "watch" for "runs watch".
                string[] full = OfTheCli.Contains(words[0]) ? words : [command[0], .. words];
                command = [.. full.TakeWhile(word => !word.StartsWith('-'))];
                var problems = CommandTree.Cli.WrongIn(full).ToArray();
                wrong.AddRange(problems);
                if (problems.Length == 0)
                {
                    all.Add(command);
                    named.Add(string.Join(' ', command));
                }
            }
        }

        var known = OfTheCli.SelectMany(name => CommandTree.Cli.At(name).Commands.Select(command => $"{name} {command}")).Append("fleet");
        Assert.Empty(wrong);
        Assert.Equal(known.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_adapters_own_page_has_every_command_with_its_options()
    {
        var page = Page.All.Single(page => page.Path == "src/SuperloopAdapter/README.md");
        var table = page.Text.Split("\n\n").Single(static part => part.StartsWith("| Command |", StringComparison.Ordinal));
        var shown = AdapterRow().Matches(table).Select(row => row.Groups["line"].Value.Replace("\\|", " ", StringComparison.Ordinal)).ToArray();

        Assert.Equal(CommandTree.Adapter.At().Commands.Order(StringComparer.Ordinal), shown.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Empty(shown.SelectMany(line => CommandTree.Adapter.WrongIn(Words(line))));
    }

    private static IEnumerable<string> WrongIn(string line)
    {
        var words = Words(line);
        if (words[0] == "adapter")
        {
            return CommandTree.Adapter.WrongIn(words[1..]);
        }

        if (words[0].Split('|').All(OfTheCli.Contains))
        {
            return CommandTree.Cli.WrongIn(words);
        }

        // The launcher's own: its help has them. That the command exists is tested beside this.
        var launcher = File.ReadAllText(RepositoryRoot.Combine("ops"));
        return words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && !launcher.Contains($" {word} ", StringComparison.Ordinal));
    }

    // In blocks a command goes to the end of its line, in prose to the end of the code.
    private static IEnumerable<string> Lines(Page page) =>
        Shown().Matches(Blocks(page).Replace("\\\n", " ", StringComparison.Ordinal)).Select(match => match.Groups["line"].Value)
            .Concat(page.Code.SelectMany(code => Shown().Matches(code)).Select(match => match.Groups["line"].Value))
            .Select(line => Quoted().Replace(line, "text").Trim());

    private static string Blocks(Page page) => string.Join('\n', Block().Matches(page.Text).Select(match => match.Value));

    private static string[] Words(string line) => [.. line.Split([' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => word is not ("#" or "|"))];

    // Not "./ops demo" in what a program prints, which has no line of its own; a command substitution ends with its parenthesis.
    [GeneratedRegex(@"\./ops (?<line>[a-z][^`\n)]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Shown();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^ *```(console|sh|bash)\n.*?^ *```", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| `(?<line>[^`]+)` \|", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex AdapterRow();
}
