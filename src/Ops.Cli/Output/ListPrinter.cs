using System.Text.Json;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes a list: a table for a person, one JSON document a line for a script.</summary>
internal sealed class ListPrinter(string[] columns, Func<JsonElement, string?[]> cells, string format)
{
    private readonly Table _table = new Table().Border(TableBorder.None).AddColumns(columns);

    public void Add(JsonElement item)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(item.GetRawText());
            return;
        }

        _table.AddRow(cells(item).Select(static text => Markup.Escape(text ?? string.Empty)).ToArray());
    }

    public void End()
    {
        if (format != OutputFormat.Json)
        {
            AnsiConsole.Write(_table);
        }
    }
}
