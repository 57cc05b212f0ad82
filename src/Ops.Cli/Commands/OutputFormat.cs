using System.CommandLine;

namespace Ops.Cli.Commands;

/// <summary>How a command writes its result.</summary>
internal static class OutputFormat
{
    public const string Json = "json";
    public const string Id = "id";
    private const string Table = "table";

    public static Option<string> Option(params string[] further)
    {
        var option = new Option<string>("--output", "-o") { Description = "How to write the result", DefaultValueFactory = _ => Table };
        option.AcceptOnlyFromAmong([Table, Json, .. further]);
        return option;
    }
}
