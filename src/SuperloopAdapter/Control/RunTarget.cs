using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Control;

/// <summary>What a control call is about.</summary>
/// <param name="RunId">The Loop Run, where it is known.</param>
/// <param name="Launch">The newest launch of it by this adapter.</param>
/// <param name="Leader">Its leader as it was seen or recorded; it may be gone.</param>
/// <param name="Members">Its processes.</param>
/// <param name="Untouched">What is answered where nothing may be touched: why not, or what is not known.</param>
internal sealed record RunTarget(string? RunId, LaunchRecord? Launch, ProcessEntry? Leader, RunMembers Members, ControlOutcome? Untouched = null);
