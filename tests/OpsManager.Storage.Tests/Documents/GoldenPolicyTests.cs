using OpsManager.Core.Policies;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Documents;

/// <summary>
/// A policy with every member, and a change of it, as the first version with them stored both. The released file is never changed;
/// written by running these tests with the variable <see cref="WriteVariable"/> set to its path.
/// </summary>
public sealed class GoldenPolicyTests
{
    private const string WriteVariable = "OPS_WRITE_GOLDEN_POLICY";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly RunPolicy Changed = PolicyProfiles.Find("strict")! with
    {
        StartDeadline = TimeSpan.FromMinutes(7),
        Actions = new PolicyActions { MaxActiveDuration = PolicyAction.Cancel, Stuck = PolicyAction.Pause },
        MuteUntil = TestStorage.Epoch.AddDays(1),
    };

    [Fact]
    public async Task The_policy_and_its_change_are_read()
    {
        var storage = TestStorage.InMemory();
        await GoldenRows.LoadAsync(await ReadFileAsync("v1-policy.json"), storage.Rows);
        var head = await storage.HeadAsync("run-policy");
        Assert.Equal((Changed, 1L), (head.Run.Policy, head.PolicyChangeCount));
        var change = Assert.Single(await storage.Store.ReadPolicyChangesAsync(head.Run.Spec.RunId, 0, 10, None));
        Assert.Equal((1L, TestStorage.Epoch, "ann", "gold", "00-trace-01"), (change.Number, change.At, change.By, change.Note, change.TraceParent));
        Assert.Contains(new PolicyFieldChange("startDeadline", "00:10:00", "00:07:00"), change.Changes);
        Assert.Contains(new PolicyFieldChange("maxActiveDuration", null, "1.00:00:00"), change.Changes);
        Assert.Contains(new PolicyFieldChange("actions.stuck", "escalate", "pause"), change.Changes);
    }

    [Fact]
    public async Task The_current_version_writes_what_it_reads()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-policy");
        await storage.Store.ChangePolicyAsync(head, Changed, new PolicyAuthor("ann", "gold", TestStorage.Epoch, "00-trace-01"), None);
        var golden = await GoldenRows.WriteAsync(storage.Rows, [(StorageTable.LoopRuns, "run-policy")], []);
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 } path)
        {
            await File.WriteAllTextAsync(path, golden);
        }

        var copy = TestStorage.InMemory();
        await GoldenRows.LoadAsync(golden, copy.Rows);
        Assert.Equal(await storage.HeadAsync("run-policy") with { StoreTag = "" }, await copy.HeadAsync("run-policy") with { StoreTag = "" });
    }

    private static async Task<string> ReadFileAsync(string name)
    {
        await using var stream = typeof(GoldenPolicyTests).Assembly.GetManifestResourceStream($"Golden.{name}")
            ?? throw new InvalidOperationException($"There is no golden file {name}.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
