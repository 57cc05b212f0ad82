namespace SuperloopAdapter.Artifacts;

/// <summary>Which artifact, how much of it may be held, and how its bytes become a value.</summary>
internal sealed record ArtifactSpec(string RelativePath, int MaxBytes, Func<ReadOnlyMemory<byte>, ArtifactContent> Parse)
{
    private const int SmallFile = 1024 * 1024;
    private const int SummaryFile = 64 * 1024 * 1024;

    public static ArtifactSpec Config { get; } = new("config.json", SmallFile, ArtifactParsers.WholeObject);

    public static ArtifactSpec State { get; } = new("state.json", SmallFile, ArtifactParsers.WholeObject);

    public static ArtifactSpec ActiveRun { get; } = new("active-run.json", SmallFile, ArtifactParsers.WholeObject);

    public static ArtifactSpec Approval(string loopId) => Loop(loopId, "approval.json");

    public static ArtifactSpec Heartbeat(string loopId) => Loop(loopId, "heartbeat.v1.json");

    public static ArtifactSpec Stuck(string loopId) => Loop(loopId, "stuck.json");

    public static ArtifactSpec RunSummary(string loopId) =>
        new(SuperloopFolder.LoopFile(loopId, "run-summary.json"), SummaryFile, ArtifactParsers.LastSummaryEntry);

    private static ArtifactSpec Loop(string loopId, string fileName) =>
        new(SuperloopFolder.LoopFile(loopId, fileName), SmallFile, ArtifactParsers.WholeObject);
}
