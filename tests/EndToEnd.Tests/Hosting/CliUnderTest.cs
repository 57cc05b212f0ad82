using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EndToEnd.Tests.Hosting;

/// <summary>The operator's command line, run as an operator runs it.</summary>
/// <param name="address">What it is told of where the manager is.</param>
/// <param name="key">The key it holds.</param>
internal sealed class CliUnderTest(string address, string key)
{
    public CliUnderTest(ManagerUnderTest manager)
        : this(manager.BaseAddress.ToString(), manager.Key)
    {
    }

    /// <summary>Name under which it asks.</summary>
    public const string Actor = "nina@night-shift";

    /// <summary>The key it holds.</summary>
    public string Key { get; init; } = key;

    /// <summary>Runs a command to its end.</summary>
    public async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndAsync(process);
    }

    /// <summary>
    /// Runs a command until it wrote a line, and then asks it to end. Not by SIGINT, for which it does the same: who is started in the
    /// background of a shell ignores that, and so do its children.
    /// </summary>
    public async Task<(int Code, string Out, string Error)> InterruptAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var first = await process.StandardOutput.ReadLineAsync();
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        var (code, output, error) = await EndAsync(process);
        return (code, first + output, error);
    }

    /// <summary>Runs a command that must succeed and returns what it wrote.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {error}{output}");
        return output.Trim();
    }

    /// <summary>The same, for one JSON document a line.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(params string[] arguments) =>
        Documents(await DoAsync([.. arguments, "--json"]));

    /// <summary>What was written, one JSON document a line.</summary>
    public static IReadOnlyList<JsonElement> Documents(string written) =>
        [.. written.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];

    private static async Task<(int Code, string Out, string Error)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var giveUp = patience.Token.Register(process.Kill);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, await output, await error);
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(ProgramUnderTest.PathOf("Ops.Cli", "ops-cli"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OPS_BASE_URL"] = address;
        start.Environment["OPS_KEY"] = Key;
        start.Environment["OPS_ACTOR"] = Actor;
        return Process.Start(start)!;
    }
}
