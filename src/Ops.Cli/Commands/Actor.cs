using System.CommandLine;

namespace Ops.Cli.Commands;

/// <summary>Who sits here, for the audit trail.</summary>
internal static class Actor
{
    /// <summary>Names somebody else than the environment does, for every command.</summary>
    public static Option<string?> Option { get; } = new("--by") { Description = "Who asks, for the audit trail; by default OPS_ACTOR, else user@machine", Recursive = true };

    /// <summary>The name, in the alphabet of the header that carries it.</summary>
    public static string Read(ParseResult parsed)
    {
        var name = parsed.GetValue(Option) is { Length: > 0 } told ? told
            : Environment.GetEnvironmentVariable("OPS_ACTOR") is { Length: > 0 } given ? given
            : $"{Environment.UserName}@{Environment.MachineName}";
        var text = string.Concat(name.Where(static c => c is >= ' ' and < (char)127).Take(128)).Trim();
        return text.Length == 0 ? "ops" : text;
    }
}
