using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using OpsFunctions.Tests.Support;
using OpsManager.Storage.Gateway;
using OpsManager.Testing;
using OpsManager.Testing.Azurite;
using Xunit.Abstractions;

namespace OpsFunctions.Tests.Crashes;

/// <summary>Some of the crashes, on the tables and blobs of the real client. Which ones follows from the seed of the tests.</summary>
public sealed class AzuriteCrashTests(ITestOutputHelper output)
{
    private const int Plays = 20;
    private const int AtATime = 4;

    [Fact]
    public async Task Twenty_crashes_at_random_writes_change_nothing_of_the_end()
    {
        var random = new Random(TestSeed.Announce(output));
        var writes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var scenario in CrashScenarios.All)
        {
            writes[scenario.Name] = await CrashPlay.InMemoryAsync(scenario, null);
        }

        var plays = Enumerable.Range(0, Plays)
            .Select(_ => CrashScenarios.All[random.Next(CrashScenarios.All.Count)])
            .Select(scenario => (Scenario: scenario, Crash: new Crash(random.Next(writes[scenario.Name]) + 1, (CrashMode)random.Next(Enum.GetValues<CrashMode>().Length))))
            .ToArray();
        var azurite = await AzuriteFixture.SharedAsync();
        var (tables, blobs) = (new TableServiceClient(azurite.ConnectionString), new BlobServiceClient(azurite.ConnectionString));
        var failures = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(plays, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (play, _) =>
        {
            var rows = new AzureStorageGateway(tables, blobs, "c" + Guid.NewGuid().ToString("N")[..15]);
            try
            {
                await CrashPlay.OverAsync(play.Scenario, play.Crash, new TestTime(), rows);
            }
            catch (CrashPointException exception)
            {
                failures.Add(exception.Message);
            }
        });

        Assert.True(failures.IsEmpty, $"{TestSeed.Repeat}\n{string.Join('\n', failures.Order(StringComparer.Ordinal))}");
    }
}
