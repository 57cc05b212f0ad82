namespace OpsManager.Testing.Corpus;

/// <summary>A command given to the runtime.</summary>
/// <param name="Command">The command line.</param>
/// <param name="ExitCode">Its exit code; null while it runs.</param>
/// <param name="OutputTail">The end of its output.</param>
public sealed record CorpusCommand(string Command, int? ExitCode, string OutputTail);
