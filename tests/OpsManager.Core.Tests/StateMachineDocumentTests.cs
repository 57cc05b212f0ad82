using System.Text;
using System.Text.Json;
using OpsManager.Core.Divergence;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Tests.Intents;
using OpsManager.Core.Verdicts;
using OpsManager.Testing;

namespace OpsManager.Core.Tests;

/// <summary>docs/state-machine.md says what the code does: its tables are those the code has.</summary>
public sealed class StateMachineDocumentTests
{
    public static TheoryData<string, string> Tables => new()
    {
        { "evidence", Table("Rule", "Matches when", "Verdict", VerdictTable.Rules.Select(rule => (Code(rule.Name), rule.When, rule.Then))) },
        { "transitions", Table("From", "To", Enum.GetValues<LifecycleState>().Where(state => !state.IsTerminal()).Select(from => (Code(Word(from)), Targets(from)))) },
        { "intents on an adapter that offers everything", IntentTables.Capable },
        { "intents on a v1 endpoint", IntentTables.V1 },
        { "intents on a paused run", IntentTables.Paused },
        { "intents while a cancel is under way", IntentTables.Cancelling },
        { "intents on an ended run", IntentTables.Ended },
        { "divergence", Table("Code", "Meaning", DivergenceRules.All.Select(rule => (Code(rule.Code), rule.Meaning))) },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_document_holds_the_table_of_the_code(string name, string table)
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "state-machine.md"));

        Assert.True(document.Contains(table, StringComparison.Ordinal), $"docs/state-machine.md should hold this table of {name}:\n\n{table}");
    }

    private static string Targets(LifecycleState from)
    {
        var ends = Enum.GetValues<LifecycleState>().Count(state => state.IsTerminal());
        var targets = AllowedLifecycleTransitions.All.Where(step => step.From == from).Select(step => step.To).ToList();
        Assert.Equal(ends, targets.Count(state => state.IsTerminal()));
        return string.Join(' ', targets.Where(state => !state.IsTerminal()).Select(state => Code(Word(state)))) + ", any end";
    }

    private static string Word(LifecycleState state) => JsonSerializer.Serialize(state).Trim('"');

    private static string Code(string text) => $"`{text}`";

    private static string Table(string first, string second, IEnumerable<(string, string)> rows) =>
        Render([first, second], rows.Select(row => new[] { row.Item1, row.Item2 }));

    private static string Table(string first, string second, string third, IEnumerable<(string, string, string)> rows) =>
        Render([first, second, third], rows.Select(row => new[] { row.Item1, row.Item2, row.Item3 }));

    private static string Render(string[] head, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend([.. head.Select(_ => "---")]).Prepend(head))
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        return text.ToString();
    }
}
