using System.Diagnostics;
using System.Globalization;

namespace OpsManager.RecordedRun;

/// <summary>
/// A process that stands for the leader of a recorded run: it has the runtime's command line and a process group of its own, does
/// nothing, and ends when it is told to or when the player ends.
/// </summary>
internal sealed class PlayedLeader : IDisposable
{
    private const string Script = """
        #!/usr/bin/env bash
        # Lives until its player closes the pipe.
        read -r _ || exit 0
        """;

    // Job control gives the leader a process group of its own, as the runtime's launcher does. It is off again for the wait, which
    // would otherwise end, and the leader with it, when the leader is only stopped.
    private const string Launch = """exec 2>/dev/null; set -m; bash "$0" run --repo "$1" --loop "$2" <&0 & echo $!; set +m; wait""";

    private readonly DirectoryInfo _folder;
    private readonly Process _launcher;

    private PlayedLeader(DirectoryInfo folder, Process launcher, int processId)
    {
        _folder = folder;
        _launcher = launcher;
        ProcessId = processId;
    }

    public int ProcessId { get; }

    public static PlayedLeader Start(string repository, string loop)
    {
        var folder = Directory.CreateTempSubdirectory("ops-played-leader-");
        var script = Path.Combine(folder.FullName, "superloop.sh");
        File.WriteAllText(script, Script + "\n");
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-c", Launch, script, repository, loop })
        {
            start.ArgumentList.Add(argument);
        }

        var launcher = Process.Start(start) ?? throw new InvalidOperationException("bash could not be started.");
        var answer = launcher.StandardOutput.ReadLine();
        return int.TryParse(answer, CultureInfo.InvariantCulture, out var processId)
            ? new PlayedLeader(folder, launcher, processId)
            : throw new InvalidOperationException($"bash did not name the leader it started: '{answer}'.");
    }

    /// <summary>Ends the leader and waits until it is gone.</summary>
    public void Dispose()
    {
        _launcher.StandardInput.Close();

        // One that somebody stopped would never read that its player is gone.
        using (var go = Process.Start(new ProcessStartInfo("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -CONT {ProcessId} 2>/dev/null")])))
        {
            go?.WaitForExit();
        }

        _launcher.WaitForExit();
        _launcher.Dispose();
        _folder.Delete(recursive: true);
    }
}
