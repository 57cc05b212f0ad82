using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Core.Policies;

namespace OpsManager.Core.Tests.Policies;

public sealed class ProfileTests
{
    /// <summary>The numbers are known to operators: a change of one is a decision, not a slip.</summary>
    [Theory]
    [InlineData("strict", "00:05:00|1.00:00:00|00:02:00|00:05:00|2|3|1|2|00:00:30|00:02:00|00:05:00|01:00:00|1.00:00:00|00:10:00|00:01:30|00:00:30|00:00:30|00:00:30")]
    [InlineData("balanced", "00:10:00||00:05:00|00:15:00|3|5|2|4|00:00:30|00:02:00|00:05:00|04:00:00|3.00:00:00|00:10:00|00:01:30|00:00:30|00:00:30|00:00:30")]
    [InlineData("relaxed", "00:30:00||00:10:00|00:30:00|5|10|3|6|00:00:30|00:02:00|00:05:00|12:00:00|7.00:00:00|00:10:00|00:01:30|00:00:30|00:00:30|00:00:30")]
    public void The_shipped_profiles_have_these_numbers(string name, string numbers)
    {
        var policy = PolicyProfiles.Find(name)!;
        var thresholds = PolicyFields.All.Where(field => field.Scope == PolicyFieldScope.Both && field.Kind != PolicyFieldKind.Action);
        Assert.Equal(numbers, string.Join('|', thresholds.Select(field => field.GetText(policy))));
        Assert.Equal(PolicyActions.EscalateOnly, policy.Actions);
        Assert.Equal((2, 5, 60), (policy.Poll.Expecting.TotalSeconds, policy.Poll.Running.TotalSeconds, policy.Poll.Waiting.TotalSeconds));
        Assert.Null(policy.MuteUntil);
    }

    [Fact]
    public void The_default_profile_is_one_of_them() =>
        Assert.Equal((PolicyProfiles.Default, 3), (PolicyProfiles.BuiltIn.Default, PolicyProfiles.Names.Count));

    [Fact]
    public void Every_member_of_a_policy_is_in_the_list_of_fields()
    {
        var written = JsonSerializer.SerializeToNode(Full(), CoreJson.Options)!.AsObject();
        var names = written.SelectMany(member => member.Value is JsonObject inner ? inner.Select(part => $"{member.Key}.{part.Key}") : [member.Key]);
        Assert.Equal(names.Order(StringComparer.Ordinal), PolicyFields.All.Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_policy_that_was_stored_before_the_new_members_judges_as_it_did()
    {
        const string old = """
            {"startDeadline":"00:10:00","stallDegraded":"00:05:00","stallCritical":"00:15:00","transportDegradedStreak":2,"transportCriticalStreak":4,
             "transportMinimum":"00:00:30","approvalReminder":"04:00:00","endSettle":"00:00:30","clockSkewLimit":"00:00:30",
             "poll":{"expecting":"00:00:02","running":"00:00:05","waiting":"00:01:00"}}
            """;
        var policy = JsonSerializer.Deserialize<RunPolicy>(old, CoreJson.Options)!;
        Assert.Equal((null, null, null, null), (policy.MaxActiveDuration, policy.ApprovalDeadline, policy.StuckDegraded, policy.StuckCritical));
        Assert.Equal(PolicyActions.EscalateOnly, policy.Actions);
        Assert.Equal(TimeSpan.FromSeconds(120), policy.HeartbeatDegraded);
    }

    [Fact]
    public void A_document_of_ones_own_is_read()
    {
        var document = Document();
        document["profiles"]!["night"] = document["profiles"]!["relaxed"]!.DeepClone();
        document["profiles"]!["night"]!["actions"] = new JsonObject { ["stall"] = "cancel" };
        document["default"] = "night";
        var set = ProfileSet.Parse(document.ToJsonString());
        Assert.Equal("night", set.Default);
        Assert.Equal(PolicyAction.Cancel, set.Find("night")!.Actions.Stall);
        Assert.Null(set.Find("day"));
    }

    public static TheoryData<string, Action<JsonObject>, string> Wrong => new()
    {
        { "no version", static d => d.Remove("schemaVersion"), "schemaVersion: this program reads version 1" },
        { "newer", static d => d["schemaVersion"] = 2, "schemaVersion: this program reads version 1" },
        { "default", static d => d["default"] = "none", "default: it names no profile" },
        { "no profiles", static d => d["profiles"] = new JsonObject(), "profiles: there is none" },
        { "unknown member", static d => d["extra"] = 1, "extra: this member is not known" },
        { "missing", static d => d["profiles"]!["strict"]!.AsObject().Remove("cancelGrace"), "profile strict, cancelGrace: it is missing. A duration as hh:mm:ss" },
        { "missing optional", static d => d["profiles"]!["strict"]!.AsObject().Remove("maxActiveDuration"), "profile strict, maxActiveDuration: it is missing." },
        { "null", static d => d["profiles"]!["strict"]!["startDeadline"] = null, "profile strict, startDeadline: it is missing." },
        { "unit", static d => d["profiles"]!["strict"]!["startDeadline"] = "5m", "profile strict, startDeadline: The value is not valid. A duration as hh:mm:ss" },
        { "bounds", static d => d["profiles"]!["strict"]!["startDeadline"] = "00:00:00", "00:00:01 to 7.00:00:00" },
        { "order", static d => d["profiles"]!["strict"]!["stallCritical"] = "00:00:10", "profile strict, stallCritical: 00:00:10 is less than stallDegraded, which is 00:02:00." },
        { "poll", static d => d["profiles"]!["strict"]!["poll"]!.AsObject().Remove("waiting"), "profile strict, poll.waiting: it is missing." },
        { "action", static d => d["profiles"]!["strict"]!["actions"] = new JsonObject { ["stall"] = "kill" }, "profile strict, actions.stall: The value is not valid. escalate, pause or cancel." },
        { "transport action", static d => d["profiles"]!["strict"]!["actions"] = new JsonObject { ["transport"] = "cancel" }, "profile strict, actions.transport: This member is not known." },
        { "mute", static d => d["profiles"]!["strict"]!["muteUntil"] = "2026-01-01T00:00:00Z", "profile strict, muteUntil: This member is not known." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_document_is_refused_with_profile_field_and_fix(string what, Action<JsonObject> spoil, string expected)
    {
        var document = Document();
        spoil(document);
        var error = Assert.Throws<ProfilesFormatException>(() => ProfileSet.Parse(document.ToJsonString()));
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":1,\"schemaVersion\":1}")]
    public void What_is_no_document_at_all_is_refused(string text) => Assert.Throws<ProfilesFormatException>(() => ProfileSet.Parse(text));

    private static JsonObject Document()
    {
        using var stream = typeof(PolicyProfiles).Assembly.GetManifestResourceStream(PolicyProfiles.DocumentName)!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static RunPolicy Full() => PolicyProfiles.Find("strict")! with { MuteUntil = DateTimeOffset.UnixEpoch };
}
