using System.Text.Json;
using OpsManager.Core.Policies;

namespace OpsManager.Core.Tests.Policies;

public sealed class PolicyPatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RunPolicy Strict = PolicyProfiles.Find("strict")!;

    [Fact]
    public void What_is_named_changes_and_the_rest_stays()
    {
        var policy = Apply("""{"startDeadline":"00:20:00","stuckCritical":9,"actions":{"stall":"pause"}}""").Policy!;
        Assert.Equal(
            [new("startDeadline", "00:05:00", "00:20:00"), new("stuckCritical", "3", "9"), new("actions.stall", "escalate", "pause")],
            PolicyFields.Differences(Strict, policy));
    }

    [Fact]
    public void Null_takes_a_limit_away_and_elsewhere_brings_the_profile_back()
    {
        var changed = Apply("""{"startDeadline":"00:20:00","actions":{"stall":"cancel","stuck":"pause"}}""").Policy!;
        Assert.Equal(Strict, PolicyPatch.Apply(changed, Strict, Json("""{"startDeadline":null,"actions":null}"""), Now).Policy);
        Assert.Equal(PolicyAction.Pause, PolicyPatch.Apply(changed, Strict, Json("""{"actions":{"stall":null}}"""), Now).Policy!.Actions.Stuck);
        var none = Apply("""{"maxActiveDuration":null,"approvalDeadline":null,"stuckDegraded":null,"stuckCritical":null}""").Policy!;
        Assert.Equal((null, null, null, null), (none.MaxActiveDuration, none.ApprovalDeadline, none.StuckDegraded, none.StuckCritical));
    }

    [Fact]
    public void Null_is_refused_where_the_profile_is_gone()
    {
        var result = PolicyPatch.Apply(Strict, null, Json("""{"startDeadline":null,"maxActiveDuration":null}"""), Now);
        Assert.Equal(["startDeadline"], result.Errors.Select(static error => error.Field));
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        var policy = Apply("{}").Policy!;
        Assert.Equal(Strict, policy);
        var sentBack = JsonSerializer.SerializeToElement(Strict with { MuteUntil = Now.AddDays(-1), Poll = null! }, CoreJson.Options);
        Assert.Empty(PolicyFields.Differences(Strict, PolicyPatch.Apply(Strict with { MuteUntil = Now.AddDays(-1) }, Strict, sentBack, Now).Policy! with { MuteUntil = null }));
    }

    [Theory]
    [InlineData("""{"startDeadline":"P1D"}""", "startDeadline", "d.hh:mm:ss")]
    [InlineData("""{"startDeadline":"10"}""", "startDeadline", "d.hh:mm:ss")]
    [InlineData("""{"startDeadline":600}""", "startDeadline", "d.hh:mm:ss")]
    [InlineData("""{"startDeadline":"00:00:00"}""", "startDeadline", "00:00:01 to 7.00:00:00")]
    [InlineData("""{"startDeadline":"7.00:00:01"}""", "startDeadline", "00:00:01 to 7.00:00:00")]
    [InlineData("""{"startDeadline":"-00:10:00"}""", "startDeadline", "00:00:01 to 7.00:00:00")]
    [InlineData("""{"startDeadline":"00:61:00"}""", "startDeadline", "d.hh:mm:ss")]
    [InlineData("""{"stuckCritical":0}""", "stuckCritical", "1 to 1000, or null for none")]
    [InlineData("""{"stuckCritical":1.5}""", "stuckCritical", "A whole number")]
    [InlineData("""{"stallCritical":"00:01:59"}""", "stallCritical", "give both to lower both")]
    [InlineData("""{"transportDegradedStreak":3}""", "transportCriticalStreak", "At least the value of transportDegradedStreak")]
    [InlineData("""{"actions":{"stall":"force_cancel"}}""", "actions.stall", "escalate, pause or cancel")]
    [InlineData("""{"actions":{"transport":"cancel"}}""", "actions.transport", "Known members")]
    [InlineData("""{"actions":"cancel"}""", "actions", "An object")]
    [InlineData("""{"poll":{"running":"00:00:10"}}""", "poll", "Known members")]
    [InlineData("""{"stall":"00:10:00"}""", "stall", "Known members")]
    [InlineData("""{"muteUntil":"2026-01-01T12:00:00Z"}""", "muteUntil", "30 days")]
    [InlineData("""{"muteUntil":"2026-01-31T12:00:01Z"}""", "muteUntil", "30 days")]
    [InlineData("""{"muteUntil":"2026-01-02"}""", "muteUntil", "ISO 8601")]
    [InlineData("[]", "", "An object")]
    public void What_is_wrong_is_refused_with_the_field_and_the_fix(string patch, string field, string fix)
    {
        var result = Apply(patch);
        Assert.Null(result.Policy);
        var error = Assert.Single(result.Errors);
        Assert.Equal(field, error.Field);
        Assert.Contains(fix, error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_named_at_once() =>
        Assert.Equal(3, Apply("""{"startDeadline":"x","stuckCritical":-1,"nothing":1}""").Errors.Count);

    [Theory]
    [InlineData("2026-01-31T12:00:00Z")]
    [InlineData("2026-01-01T12:00:01+00:00")]
    [InlineData("2026-01-01T23:00:00+10:00")]
    public void A_mute_ends_within_thirty_days(string until)
    {
        var policy = Apply($$"""{"muteUntil":"{{until}}"}""").Policy!;
        var run = new Support.Story(policy: policy).Run;
        Assert.True(run.IsMuted(policy.MuteUntil!.Value.AddSeconds(-1)));
        Assert.False(run.IsMuted(policy.MuteUntil!.Value));
    }

    [Fact]
    public void Members_that_are_no_part_of_the_policy_are_let_through_when_announced()
    {
        Assert.NotNull(PolicyPatch.Apply(Strict, Strict, Json("""{"by":"ann"}"""), Now, "by").Policy);
        Assert.Null(Apply("""{"by":"ann"}""").Policy);
    }

    private static PolicyPatchResult Apply(string patch) => PolicyPatch.Apply(Strict, Strict, Json(patch), Now);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
