using System.Collections;
using OpsManager.Contract.Diagnostics;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Cli;

/// <summary>Makes the adapter a command works with.</summary>
internal static class Opening
{
    public static Adapter Open(string repo, IProcessTable processes, TimeProvider time, LaunchOptions? launching) => new(
        repo,
        processes,
        time,
        launching,
        secrets: () => Redaction.OwnSecrets(
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static v => KeyValuePair.Create((string)v.Key, (string?)v.Value ?? string.Empty)),
            launching?.SecretVariables ?? [ServeOptions.DefaultTokenVariable]));

    /// <summary>How a runtime is launched; null without one.</summary>
    /// <param name="superloop">Its path, as it was given.</param>
    /// <param name="tokenVariable">Environment variable the runtime must not inherit.</param>
    /// <param name="furtherVariable">Another one.</param>
    public static LaunchOptions? LaunchOptionsOf(string? superloop, string tokenVariable = ServeOptions.DefaultTokenVariable, string? furtherVariable = null)
    {
        if (superloop is not { Length: > 0 })
        {
            return null;
        }

        // Every process of the runtime carries this name in its command line, and is known by nothing else when somebody else started it.
        var absolute = Path.GetFullPath(superloop);
        if (Path.GetFileName(absolute) != RuntimeCommand.Script && File.Exists(absolute))
        {
            absolute = File.ResolveLinkTarget(absolute, returnFinalTarget: true)?.FullName is { } target && Path.GetFileName(target) == RuntimeCommand.Script
                ? target
                : throw new AdapterException(AdapterError.InvalidRequest($"--superloop must be a file of the name {RuntimeCommand.Script}, or a link to one or from one"));
        }

        return File.Exists(absolute)
            ? new LaunchOptions(absolute, new HashSet<string>(StringComparer.Ordinal) { tokenVariable, ServeOptions.DefaultTokenVariable, furtherVariable ?? tokenVariable })
            : throw new AdapterException(AdapterError.InvalidRequest("--superloop is not a file"));
    }
}
