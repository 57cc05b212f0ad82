using System.Diagnostics;

namespace SuperloopAdapter.Launching;

/// <summary>
/// Starts the runtime under a shell that outlives the adapter, because a run lasts hours and the adapter may be restarted
/// meanwhile. The script is constant; everything that varies is an argument, so nothing is ever parsed as shell text.
/// </summary>
internal static class Supervisor
{
    /// <summary>
    /// Runs in the launch's folder. Arguments: marker value, log, repository, then the runtime's command. The lines are counted by a process that can
    /// be ended while it opens the log: an agent may put a pipe in its place at any moment, and the exit is to be recorded in any case.
    /// </summary>
    private const string Script =
        """
        exec </dev/null >/dev/null 2>&1
        marker=$1 log=$2; shift 2
        export -n SUPERLOOP_OPS_SUPERVISOR
        SUPERLOOP_OPS_RUN=$marker setsid bash -c '
          IFS= read -r stat <"/proc/$$/stat" && printf "%s\n" "$stat" >leader.new && mv -f leader.new leader.stat
          cd -- "$1" || exit 126
          shift
          exec "$@"' leader "$@" >output.log 2>&1
        code=$?
        lines=null
        if [ -f "$log" ] && [ ! -L "$log" ]; then
          lines=$(timeout -s KILL 5 bash -c 'wc -l <"$1"' count "$log") || lines=null
        elif [ ! -e "$log" ] && [ ! -L "$log" ]; then
          lines=0
        fi
        printf '{"code":%d,"at":"%s","logLine":%s}\n' "$code" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$lines" >exit.new && mv -f exit.new exit.json
        """;

    /// <summary>What executes the runtime: a script is given to a shell, executable or not; anything else of that name is a program.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static IReadOnlyList<string> CommandOf(string superloop)
    {
        using var file = File.OpenHandle(superloop);
        Span<byte> magic = stackalloc byte[4];
        return RandomAccess.Read(file, magic, 0) == 4 && magic.SequenceEqual("\u007fELF"u8) ? [superloop] : ["bash", superloop];
    }

    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program, or no process can be made.</exception>
    public static void Start(
        LaunchRecord launch, string launchFolder, string repoPath, string logPath, IReadOnlyList<string> command, IReadOnlyCollection<string> secretVariables)
    {
        // A session of its own: neither a terminal nor the end of a remote exec reaches it.
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false, WorkingDirectory = launchFolder };
        foreach (var argument in (string[])
        [
            "bash", "-c", Script, "supervise", launch.Identity, logPath,
            repoPath, .. command, "run", "--repo", repoPath, "--loop", launch.LoopId,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[LaunchFolder.SupervisorVariable] = launch.Identity;

        // An agent must not hold the key that opens the adapter which controls it.
        foreach (var name in secretVariables)
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start);
    }
}
