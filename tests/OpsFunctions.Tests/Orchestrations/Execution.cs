namespace OpsFunctions.Tests.Orchestrations;

/// <summary>What one execution of the orchestrator left behind when it returned.</summary>
/// <param name="ContinuedAsNew">Whether it asked for another one.</param>
/// <param name="Preserving">Whether it asked to carry buffered events over.</param>
/// <param name="OpenTimers">Timers neither fired nor cancelled.</param>
/// <param name="DroppedTimers">Timers that were cancelled: each comes back later as a message nobody waits for.</param>
/// <param name="Timers">Timers in all.</param>
/// <param name="Polls">Polls asked for.</param>
/// <param name="InputBytes">Size of what it handed on.</param>
internal sealed record Execution(bool ContinuedAsNew, bool Preserving, int OpenTimers, int DroppedTimers, int Timers, int Polls, int InputBytes);
