namespace SuperloopAdapter.Processes;

/// <summary>What there is of a run beside its leaders.</summary>
/// <param name="Living">Members that live.</param>
/// <param name="Ended">Members that have ended and whose exit nobody has read yet.</param>
internal sealed record MemberCount(int Living, int Ended);
