using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes the policy of a run for a person or for a script.</summary>
internal static class PolicyPrinter
{
    public static void Print(JsonElement run, string format)
    {
        var policy = run.Member("policy") ?? default;
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(policy.GetRawText());
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("MEMBER", "VALUE");
        foreach (var (name, value) in Members(policy, string.Empty))
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        AnsiConsole.Write(table);
    }

    private static IEnumerable<(string Name, string Value)> Members(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(member => Members(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}"))
            : [(path, element.ValueKind == JsonValueKind.Null ? "none" : element.ToString())];
}
