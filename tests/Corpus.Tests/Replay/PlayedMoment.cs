using OpsManager.Testing.Corpus;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>A recorded step with what was true of its processes, as far as the recording lets it be known.</summary>
/// <param name="Step">The step.</param>
/// <param name="Living">The runtime's processes that lived.</param>
/// <param name="Launches">What a launcher recorded since the step before.</param>
internal sealed record PlayedMoment(CorpusStep Step, IReadOnlyList<PlayedLeader> Living, IReadOnlyList<PlayedLaunch> Launches);
