using System.Collections;
using OpsManager.Contract.Diagnostics;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Cli;

/// <summary>Makes the adapter a command works with.</summary>
internal static class Opening
{
    private static readonly string[] Usual = [ServeOptions.DefaultTokenVariable];

    /// <summary>An adapter on a repository.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="processes">The processes of this machine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="launching">How a runtime is launched; null where none can be.</param>
    /// <param name="secretVariables">Environment variables whose values are shown to nobody, whatever their names; null for the usual one.</param>
    public static Adapter Open(string repo, IProcessTable processes, TimeProvider time, LaunchOptions? launching, IReadOnlyCollection<string>? secretVariables = null) => new(
        repo,
        processes,
        time,
        launching,
        secrets: () => Redaction.OwnSecrets(
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static v => KeyValuePair.Create((string)v.Key, (string?)v.Value ?? string.Empty)),
            secretVariables ?? Usual));

    /// <summary>How a runtime is launched; null without one.</summary>
    /// <param name="superloop">Its path, as it was given.</param>
    /// <param name="secretVariables">Environment variables the runtime must not inherit; null for the usual one.</param>
    public static LaunchOptions? LaunchOptionsOf(string? superloop, IReadOnlyCollection<string>? secretVariables = null)
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
            ? new LaunchOptions(absolute, secretVariables ?? Usual)
            : throw new AdapterException(AdapterError.InvalidRequest("--superloop is not a file"));
    }
}
