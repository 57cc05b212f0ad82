using System.Net;
using System.Text.RegularExpressions;
using OpsFunctions.OpenApi;
using OpsManager.Testing;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>Reads what the sources say about the types of the API: the summaries of types, members and record parameters.</summary>
internal static partial class SourceComments
{
    private static readonly string[] Projects = ["OpsFunctions", "OpsManager.Core", "OpsManager.Storage"];

    /// <summary>Descriptions of the types a document shows.</summary>
    public static SortedDictionary<string, string> Of(IEnumerable<string> components)
    {
        var wanted = components.Select(name => name.Split("Of")[0]).ToHashSet(StringComparer.Ordinal);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in Projects)
        {
            foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine("src", project), "*.cs", SearchOption.AllDirectories))
            {
                var type = Path.GetFileNameWithoutExtension(file);
                if (wanted.Contains(type))
                {
                    Read(type, File.ReadAllText(file), found);
                }
            }
        }

        return found;
    }

    private static void Read(string type, string source, SortedDictionary<string, string> found)
    {
        foreach (Match match in Comment().Matches(source))
        {
            var text = string.Join(' ', match.Groups["comment"].Value.Split('\n').Select(line => line.Trim().TrimStart('/').Trim()));
            var name = match.Groups["type"].Success ? type : $"{type}.{match.Groups["member"].Value}";
            if (Summary().Match(text) is { Success: true } summary)
            {
                found.TryAdd(name, Plain(summary.Groups["text"].Value));
            }

            foreach (var parameter in Parameter().Matches(text).Where(_ => match.Groups["type"].Success))
            {
                found.TryAdd($"{type}.{parameter.Groups["name"].Value}", Plain(parameter.Groups["text"].Value));
            }
        }
    }

    private static string Plain(string text)
    {
        var plain = Code().Replace(text, "`${text}`");
        plain = Reference().Replace(plain, match => $"`{match.Groups["name"].Value.Split('.', ':')[^1]}`");
        return Space().Replace(WebUtility.HtmlDecode(plain), " ").Trim();
    }

    // A comment with the declaration after it: a type, a property or a word of an enum. Attributes may stand between.
    [GeneratedRegex(
        @"(?<comment>(?:^[ ]*///.*\n)+)(?:^[ ]*\[.*\]\n)*^[ ]*(?:public (?:sealed |static |readonly |abstract |partial )*(?<type>record struct|record|class|enum) |public (?:required )?[\w<>,?\[\]. ]+? (?<member>\w+) (?:\{ get; (?:init|set);|=>)|(?<member>[A-Z]\w*)(?: = \d+)?,?\s*$)",
        RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex("<summary>(?<text>.*?)</summary>", RegexOptions.NonBacktracking)]
    private static partial Regex Summary();

    [GeneratedRegex("<param name=\"(?<name>\\w+)\">(?<text>.*?)</param>", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex("<c>(?<text>.*?)</c>", RegexOptions.NonBacktracking)]
    private static partial Regex Code();

    [GeneratedRegex("<(?:see cref|paramref name|see langword)=\"(?<name>[^\"]+)\"\\s*/>", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
