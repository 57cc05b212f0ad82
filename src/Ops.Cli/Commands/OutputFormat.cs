using System.CommandLine;

namespace Ops.Cli.Commands;

/// <summary>How a command writes its result.</summary>
internal static class OutputFormat
{
    public const string Json = "json";
    public const string Id = "id";
    private const string Table = "table";

    /// <summary>The same as <c>--output json</c>, for every command.</summary>
    public static Option<bool> JsonFlag { get; } = new("--json") { Description = "Write the manager's answers as JSON", Recursive = true };

    public static Option<string> Option(params string[] further)
    {
        var option = new Option<string>("--output", "-o") { Description = "How to write the result", DefaultValueFactory = _ => Table };
        option.AcceptOnlyFromAmong([Table, Json, .. further]);
        return option;
    }

    public static string Format(this ParseResult parsed, Option<string> option) => parsed.GetValue(JsonFlag) ? Json : parsed.GetValue(option)!;
}
