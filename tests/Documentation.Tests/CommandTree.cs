using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Documentation.Tests;

/// <summary>The commands of a program with their options, as the program itself tells when it is asked for help.</summary>
internal sealed partial class CommandTree(string project, string assembly)
{
    private readonly ConcurrentDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    /// <summary>The operator's command line: <c>./ops runs|escalations|fleet</c>.</summary>
    public static CommandTree Cli { get; } = new("Ops.Cli", "ops-cli");

    /// <summary>The program beside a runtime: <c>./ops adapter</c>.</summary>
    public static CommandTree Adapter { get; } = new("SuperloopAdapter", "superloop-adapter");

    private static string Program(string project, string assembly)
    {
        var metadata = typeof(CommandTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);
        return Path.Combine(metadata["ArtifactsPath"], "bin", project, metadata["ArtifactsPivot"], assembly + ".dll");
    }

    /// <summary>A command; the program itself for no words.</summary>
    public Node At(params string[] words) => _nodes.GetOrAdd(string.Join(' ', words), _ => Ask(words));

    /// <summary>What is wrong with words and options somebody wrote; nothing if all of it exists.</summary>
    public IEnumerable<string> WrongIn(params string[] words)
    {
        var path = new List<string>();
        var alternatives = new List<string[]> { Array.Empty<string>() };
        var rest = words.AsEnumerable();
        while (rest.FirstOrDefault() is { } word && Word().IsMatch(word) && At(alternatives[0]).Commands.Count > 0)
        {
            var names = word.Split('|');
            foreach (var unknown in names.Where(name => alternatives.All(each => !At(each).Commands.Contains(name))))
            {
                yield return $"{string.Join(' ', [.. path, unknown])}: there is no such command";
                yield break;
            }

            alternatives = [.. alternatives.SelectMany(each => names.Where(At(each).Commands.Contains).Select(name => (string[])[.. each, name]))];
            path.Add(word);
            rest = rest.Skip(1);
        }

        foreach (var option in rest.Where(word => word.StartsWith('-')).SelectMany(word => Option().Matches(word)).Select(match => match.Value))
        {
            foreach (var each in alternatives.Where(each => !At(each).Options.Contains(option)))
            {
                yield return $"{string.Join(' ', each)} {option}: there is no such option";
            }
        }
    }

    private Node Ask(string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[Program(project, assembly), .. words, "--help"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var help = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{assembly} {string.Join(' ', words)} --help ended with {process.ExitCode}.");
        return new Node(
            Section(help, "Commands:").Select(line => line.Trim().Split(' ')[0]).ToHashSet(StringComparer.Ordinal),
            Section(help, "Options:").SelectMany(line => Option().Matches(line.Trim().Split("  ")[0])).Select(match => match.Value).ToHashSet(StringComparer.Ordinal));
    }

    // What is further in than two columns goes on with the line above.
    private static IEnumerable<string> Section(string help, string title) =>
        help.Split('\n').SkipWhile(line => line.TrimEnd() != title).Skip(1).TakeWhile(line => line.StartsWith(' ')).Where(line => line.Length > 2 && line[2] != ' ');

    [GeneratedRegex(@"^[a-z][a-z|-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"--?[a-z?][a-z-]*", RegexOptions.NonBacktracking)]
    private static partial Regex Option();

    /// <summary>One command.</summary>
    /// <param name="Commands">The commands below it.</param>
    /// <param name="Options">Its options, those of all commands included.</param>
    public sealed record Node(IReadOnlySet<string> Commands, IReadOnlySet<string> Options);
}
