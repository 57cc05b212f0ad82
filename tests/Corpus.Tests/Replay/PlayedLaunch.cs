namespace OpsManager.Corpus.Tests.Replay;

/// <summary>What a launcher recorded: that it started the loop, or, under a number known before, what it wrote since and how it ended.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Number">1, 2, ... within the loop.</param>
/// <param name="BaseLine">Lines in the log before the launch.</param>
/// <param name="Pid">The leader's id; null where the recording has none.</param>
/// <param name="ExitCode">Its exit code; null while it runs.</param>
/// <param name="LogLine">Lines in the log at its end.</param>
/// <param name="Output">The end of its output.</param>
internal sealed record PlayedLaunch(string Loop, int Number, long BaseLine, int? Pid, int? ExitCode, long LogLine, string Output);
