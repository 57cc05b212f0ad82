using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;

namespace Ops.Cli.Output;

/// <summary>Writes diagnostics for a person or for a script. What a process printed is written as it is, without markup.</summary>
internal static class DiagnosticsPrinter
{
    public static void Print(JsonElement page, string format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(page.GetRawText());
            return;
        }

        var found = false;
        foreach (var item in page.Items("value"))
        {
            found = true;
            Print(item);
        }

        if (!found || page.Items("value").All(static item => item.Text("outcome") != "captured"))
        {
            Console.WriteLine($"Nothing was captured. The latest snapshot: {page.Text("links", "snapshot")}; the last events: {page.Text("links", "events")}");
        }
    }

    private static void Print(JsonElement item)
    {
        Console.WriteLine($"== attempt {item.Text("attempt")}, {item.Text("cause")}, {item.Text("capturedAt")}: {item.Text("outcome")} {item.Text("failureCode")} {item.Text("failureDetail")}".TrimEnd());
        if (item.Member("document") is not { } document)
        {
            return;
        }

        if (document.Member("launch") is { } launch)
        {
            Console.WriteLine($"-- started {launch.Text("startedAt")}, exit code {launch.Text("exitCode") ?? "unknown"} {launch.Text("exitAt")}".TrimEnd());
        }

        PrintTail("output", document.Member("output"));
        PrintTail(document.Text("roleLog", "path") ?? "role log", document.Member("roleLog"));
        foreach (var process in document.Items("processes"))
        {
            Console.WriteLine($"-- process {process.Text("pid")} of {process.Text("parentPid")} {process.Text("state")} {process.Text("command")}");
        }
    }

    private static void PrintTail(string name, JsonElement? tail)
    {
        if (tail is { } there)
        {
            Console.WriteLine($"-- {name}{(there.Text("truncated") == "True" ? ", its end" : string.Empty)}");
            Console.WriteLine(there.Text("tail")?.TrimEnd());
        }
    }
}
