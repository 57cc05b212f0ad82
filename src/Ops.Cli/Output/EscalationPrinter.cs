using System.Text.Json;
using Ops.Cli.Api;

namespace Ops.Cli.Output;

/// <summary>Writes escalations for a person or for a script.</summary>
internal static class EscalationPrinter
{
    public static ListPrinter List(string format) => new(
        ["NUMBER", "CODE", "SEVERITY", "STATUS", "COUNT", "SINCE", "DETAIL"],
        static each => [each.Text("number"), each.Text("code"), each.Text("severity"), Status(each), each.Text("count"), each.Text("raisedAt"), each.Text("detail")],
        format);

    private static string Status(JsonElement escalation) =>
        escalation.Text("resolvedAt") is not null ? "resolved"
        : escalation.Text("acknowledgement", "by") is { } by ? $"acknowledged by {by}"
        : escalation.Text("silencedUntil") is { } until ? $"silenced until {until}"
        : "open";
}
