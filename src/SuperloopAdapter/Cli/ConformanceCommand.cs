using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using SuperloopAdapter.Conformance;
using SuperloopAdapter.Log;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Cli;

/// <summary><c>conformance</c>: checks any adapter endpoint.</summary>
internal static class ConformanceCommand
{
    public static Command Make(CommandParts shared)
    {
        var endpoint = new Option<string>("--endpoint") { Description = "Address of any adapter.", Required = true };
        var tokenVariable = new Option<string>("--token-env")
        {
            Description = "Environment variable that holds its token.",
            DefaultValueFactory = static _ => ServeOptions.DefaultTokenVariable,
        };
        var most = new Option<int>("--max-events")
        {
            Description = $"Events looked at, at most; the log is read to its end within {ConformanceCheck.DefaultMaxEvents} unless given.",
            DefaultValueFactory = static _ => ConformanceCheck.DefaultMaxEvents,
        };
        var command = new Command("conformance", "Checks an endpoint against the v1 contract, by reading only, and writes what is wrong.") { endpoint, tokenVariable, shared.Loop, most };
        command.SetAction((parsed, cancellation) => shared.GuardAsync(async () =>
        {
            LoopId.Check(parsed.GetRequiredValue(shared.Loop));
            if (!Uri.TryCreate(parsed.GetRequiredValue(endpoint).TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                throw new AdapterException(AdapterError.InvalidRequest("--endpoint must be an http or https address"));
            }

            var variable = parsed.GetRequiredValue(tokenVariable);
            var token = Environment.GetEnvironmentVariable(variable);
            if (string.IsNullOrWhiteSpace(token))
            {
                throw new AdapterException(AdapterError.InvalidRequest($"the environment variable {variable} is not set"));
            }

            // A redirect could carry the token elsewhere; an adapter has no reason to send one.
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            using var client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
            var check = new ConformanceCheck(client, token.Trim(), parsed.GetRequiredValue(shared.Loop), parsed.GetRequiredValue(most));
            try
            {
                var findings = await check.RunAsync(cancellation);
                await using var json = new Utf8JsonWriter(shared.Output, EventEnvelopes.WriterOptions);
                json.WriteStartObject();
                json.WriteBoolean("ok"u8, findings.Count == 0);
                json.WriteNumber("checked"u8, check.Checked);
                json.WriteNumber("events"u8, check.Events);
                json.WriteStartArray("findings"u8);
                foreach (var finding in findings)
                {
                    json.WriteStringValue(finding);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                return findings.Count == 0 ? ExitCodes.Success : ExitCodes.NotConforming;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                throw new AdapterException(AdapterError.Internal() with { Code = "endpoint_unreachable", Message = "nothing answers at --endpoint" });
            }
        }));
        return command;
    }
}
