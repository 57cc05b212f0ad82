using System.Text.Json.Nodes;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>One loop of config.json with superloop.sh's defaults. Several switches are texts there and stay texts in the events.</summary>
internal sealed class ConfiguredLoop
{
    private static readonly string[] CanonicalOrder = ["planner", "implementer", "tester", "reviewer"];
    private readonly JsonObject _loop;

    public ConfiguredLoop(JsonObject loop, int index)
    {
        _loop = loop;
        Index = index;
        Id = Text("id", "");
        SpecFile = Text("spec_file", "");
        MaxIterations = Number("max_iterations", 0);
        CompletionPromise = Text("completion_promise", "");
        Roles = RolesOf(loop["roles"]);
        Checklists = Texts("checklists");
        TestsMode = Text("tests.mode", "disabled");
        TestCommands = Texts("tests.commands");
        ApprovalEnabled = Switch("approval.enabled");
        ApprovalRequired = ApprovalEnabled && Switch("approval.require_on_completion");
        EvidenceEnabled = Switch("evidence.enabled");
        ReviewerPacket = Switch("reviewer_packet.enabled");
        TimeoutsEnabled = Switch("timeouts.enabled");
        StuckThreshold = Number("stuck.threshold", 0);
        StuckEnabled = Switch("stuck.enabled") && StuckThreshold > 0;
        StuckAction = Text("stuck.action", "report_and_stop");
        LifecycleBlocks = SwitchText("lifecycle.block_on_failure", "true") == "true";
        CommitStrategy = Text("git.commit_strategy", "never");
        PreCommitCommand = Text("git.pre_commit_commands", "");
        WaitOnUsageLimit = Switch("usage_check.wait_on_limit");
        UsageMaxWaitSeconds = Number("usage_check.max_wait_seconds", 7200);
    }

    public int Index { get; }

    public string Id { get; }

    public string SpecFile { get; }

    public int MaxIterations { get; }

    public string CompletionPromise { get; }

    public IReadOnlyList<string> Roles { get; }

    public IReadOnlyList<string> Checklists { get; }

    public string TestsMode { get; }

    public IReadOnlyList<string> TestCommands { get; }

    public bool ApprovalEnabled { get; }

    public bool ApprovalRequired { get; }

    public bool EvidenceEnabled { get; }

    public bool ReviewerPacket { get; }

    public bool TimeoutsEnabled { get; }

    public bool StuckEnabled { get; }

    public int StuckThreshold { get; }

    public string StuckAction { get; }

    public bool LifecycleBlocks { get; }

    public string CommitStrategy { get; }

    public string PreCommitCommand { get; }

    public bool WaitOnUsageLimit { get; }

    public int UsageMaxWaitSeconds { get; }

    /// <summary>A remote branch that nobody has falls back to the local one, as it does in a repository without a remote.</summary>
    public string MainRef => Text("lifecycle.main_ref", "origin/main").Replace("origin/", "", StringComparison.Ordinal);

    public bool Switch(string path) => SwitchText(path, "false") == "true";

    public string SwitchText(string path, string fallback) => At(path) is JsonValue value && value.TryGetValue<bool>(out var set) ? (set ? "true" : "false") : fallback;

    public string Text(string path, string fallback) => At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : fallback;

    public int Number(string path, int fallback) => At(path) is JsonValue value && value.TryGetValue<int>(out var number) ? number : fallback;

    /// <summary>The role's own time-out, else the default one; 0 for none.</summary>
    public int TimeoutSeconds(string role)
    {
        if (!TimeoutsEnabled)
        {
            return 0;
        }

        var own = CanonicalOrder.Contains(role) ? Number("timeouts." + role, 0) : 0;
        return own > 0 ? own : Number("timeouts.default", 0);
    }

    /// <summary>The runner's program, when the role names a runner.</summary>
    public string? RunnerOf(string role, JsonObject config) =>
        _loop["roles"] is JsonObject roles && (roles[role] as JsonObject).Text("runner") is { Length: > 0 } runner
            ? ((config["runners"] as JsonObject)?[runner] as JsonObject)?["command"]?[0]?.GetValue<string>() ?? "unknown"
            : null;

    private static string[] RolesOf(JsonNode? roles)
    {
        string[] named = roles switch
        {
            JsonArray list => [.. list.Select(role => role!.GetValue<string>())],
            JsonObject members => [.. CanonicalOrder.Where(members.ContainsKey)],
            _ => [],
        };
        return named.Length > 0 ? named : CanonicalOrder;
    }

    private string[] Texts(string path) => At(path) is JsonArray list ? [.. list.Select(item => item!.GetValue<string>())] : [];

    private JsonNode? At(string path)
    {
        JsonNode? node = _loop;
        foreach (var name in path.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }
}
