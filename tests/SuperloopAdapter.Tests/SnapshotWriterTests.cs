using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Tests;

public sealed class SnapshotWriterTests
{
    /// <summary>Every member there is, so that one that is added to the contract is missed here.</summary>
    [Fact]
    public void Every_member_of_ext_is_written_as_the_contracts_serializer_writes_it()
    {
        var full = (SnapshotExtensions)Filled(typeof(SnapshotExtensions));
        Assert.Equal(Encoding.UTF8.GetString(WireJson.Write(full)), Written(full));
        Assert.Equal("{}", Written(new SnapshotExtensions()));
        foreach (var member in typeof(SnapshotExtensions).GetProperties().Where(static p => p.CanWrite && p.PropertyType.Assembly == typeof(SnapshotExtensions).Assembly))
        {
            // Each part with no more than it must have.
            var least = new SnapshotExtensions();
            member.SetValue(least, Filled(member.PropertyType, leastOnly: true));
            Assert.Equal(Encoding.UTF8.GetString(WireJson.Write(least)), Written(least));
        }
    }

    private static string Written(SnapshotExtensions ext)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Log.EventEnvelopes.WriterOptions))
        {
            ExtensionsWriter.Write(json, ext);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static object Filled(Type type, bool leastOnly = false)
    {
        var made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in type.GetProperties().Where(p => p.CanWrite && (!leastOnly || p.GetCustomAttribute<RequiredMemberAttribute>() is not null)))
        {
            member.SetValue(made, Value(member.PropertyType, member.Name));
        }

        return made;
    }

    private static object Value(Type type, string name) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Number(underlying, name),
        _ when type == typeof(string) => $"é \"{name}\"",
        _ when type == typeof(IReadOnlyList<string>) => new[] { name, "<b>" },
        _ when type == typeof(IDictionary<string, JsonElement>) => new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["more " + name] = JsonSerializer.SerializeToElement(new[] { 1, 2 }) },
        _ when type == typeof(IReadOnlyDictionary<string, string>) => new Dictionary<string, string>(StringComparer.Ordinal) { ["some " + name] = "a \"reason\"" },
        _ when type == typeof(IReadOnlyList<ForeignLeader>) => new[] { (ForeignLeader)Filled(typeof(ForeignLeader)), (ForeignLeader)Filled(typeof(ForeignLeader), leastOnly: true) },
        _ when type.IsValueType => Number(type, name),
        _ => Filled(type),
    };

    private static object Number(Type type, string name) => type == typeof(bool) ? true : Convert.ChangeType(1000 + name.Length, type, CultureInfo.InvariantCulture);

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
