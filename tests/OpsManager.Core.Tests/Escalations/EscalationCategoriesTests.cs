using OpsManager.Core.Escalations;

namespace OpsManager.Core.Tests.Escalations;

public sealed class EscalationCategoriesTests
{
    [Theory]
    [InlineData("transport_unreachable", EscalationCategory.Transport)]
    [InlineData("transport_timeout", EscalationCategory.Transport)]
    [InlineData("adapter_unauthorized", EscalationCategory.Transport)]
    [InlineData("endpoint_not_allowed", EscalationCategory.Transport)]
    [InlineData("loop_unknown", EscalationCategory.Transport)]
    [InlineData("unsupported_schema_version", EscalationCategory.Contract)]
    [InlineData("line_quarantined", EscalationCategory.Contract)]
    [InlineData("log_replaced", EscalationCategory.Contract)]
    [InlineData("ingest_stale", EscalationCategory.Runtime)]
    [InlineData("divergence_detected", EscalationCategory.Runtime)]
    [InlineData("quiescence_not_proven", EscalationCategory.Runtime)]
    [InlineData("start_deadline_exceeded", EscalationCategory.Policy)]
    [InlineData("max_active_duration_exceeded", EscalationCategory.Policy)]
    [InlineData("approval_reminder", EscalationCategory.Policy)]
    [InlineData("unattributed_decision", EscalationCategory.Control)]
    [InlineData("foreign_run", EscalationCategory.Control)]
    [InlineData("control_ambiguous", EscalationCategory.Control)]
    [InlineData("control_refused", EscalationCategory.Control)]
    [InlineData("repo_mismatch", EscalationCategory.Contract)]
    [InlineData("cursor_ahead", EscalationCategory.Contract)]
    [InlineData("engine_replaced_repeatedly", EscalationCategory.Engine)]
    [InlineData("engine_suspended", EscalationCategory.Engine)]
    [InlineData("fleet_unreachable", EscalationCategory.Fleet)]
    [InlineData("something_new", EscalationCategory.Runtime)]
    public void Every_code_has_one_category(string code, EscalationCategory category) => Assert.Equal(category, EscalationCategories.Of(code));
}
