using System.Text;
using OpsManager.Contract;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Tests;

public sealed class SnapshotWriterTests
{
    [Fact]
    public async Task A_snapshot_is_written_as_the_contracts_serializer_writes_it()
    {
        foreach (var step in CorpusLibrary.Steps)
        {
            using var repository = TempRepository.Of(step);
            using var adapter = new Adapter(repository.Path, RecordedProcesses.Of(step, repository.Path), new InstantTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)));
            foreach (var loopId in step.LoopIds)
            {
                var written = await adapter.SnapshotAsync(loopId, "a \"trace\"", CancellationToken.None);
                var snapshot = Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(written, loopId)).Envelope;
                Assert.Equal(Encoding.UTF8.GetString(WireJson.Write(snapshot)), Encoding.UTF8.GetString(SnapshotWriter.Write(snapshot)));
                Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(SnapshotWriter.Write(snapshot)));
            }
        }
    }
}
