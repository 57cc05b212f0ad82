namespace OpsManager.Corpus.Tests.Replay;

/// <summary>A process of the runtime.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Group">Its process group.</param>
/// <param name="State">State letter.</param>
/// <param name="Command">Its command line, with the path that the repository had.</param>
/// <param name="Loop">The loop it worked on; null where neither its command line nor a file says.</param>
internal sealed record PlayedLeader(int Pid, int Group, char State, string Command, string? Loop);
