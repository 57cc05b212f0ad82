namespace OpsManager.Core.Escalations;

/// <summary>Finds the category of a reason code.</summary>
public static class EscalationCategories
{
    private static readonly Dictionary<string, EscalationCategory> Known = new(StringComparer.Ordinal)
    {
        ["endpoint_not_allowed"] = EscalationCategory.Transport,
        ["adapter_error"] = EscalationCategory.Transport,
        ["adapter_unauthorized"] = EscalationCategory.Transport,
        ["adapter_token_missing"] = EscalationCategory.Transport,
        ["loop_unknown"] = EscalationCategory.Transport,
        ["loop_not_started"] = EscalationCategory.Transport,
        ["cursor_ahead"] = EscalationCategory.Contract,
        ["invalid_transport_payload"] = EscalationCategory.Contract,
        ["unsupported_schema_version"] = EscalationCategory.Contract,
        ["loop_mismatch"] = EscalationCategory.Contract,
        ["response_too_large"] = EscalationCategory.Contract,
        ["line_quarantined"] = EscalationCategory.Contract,
        ["log_truncated"] = EscalationCategory.Contract,
        ["log_replaced"] = EscalationCategory.Contract,
        ["unattributed_decision"] = EscalationCategory.Control,
        ["foreign_run"] = EscalationCategory.Control,
        ["approval_reminder"] = EscalationCategory.Policy,
        ["quiescence_not_proven"] = EscalationCategory.Runtime,
        ["runtime_heartbeat_stale"] = EscalationCategory.Runtime,
        ["clock_skew"] = EscalationCategory.Runtime,
        ["ingest_stale"] = EscalationCategory.Runtime,
        ["divergence_detected"] = EscalationCategory.Runtime,
    };

    private static readonly (string Prefix, EscalationCategory Category)[] Prefixes =
    [
        ("transport_", EscalationCategory.Transport),
        ("adapter_", EscalationCategory.Transport),
        ("engine_", EscalationCategory.Engine),
        ("fleet_", EscalationCategory.Fleet),
        ("intent_", EscalationCategory.Control),
        ("control_", EscalationCategory.Control),
        ("cancel_", EscalationCategory.Control),
        ("policy_", EscalationCategory.Policy),
        ("contract_", EscalationCategory.Contract),
    ];

    private static readonly (string Suffix, EscalationCategory Category)[] Suffixes =
    [
        ("_ambiguous", EscalationCategory.Control),
        ("_deadline_exceeded", EscalationCategory.Policy),
        ("_exceeded", EscalationCategory.Policy),
        ("_reminder", EscalationCategory.Policy),
    ];

    /// <summary>The category. A code that is named nowhere goes by its first or last word; what is left is about the runtime.</summary>
    public static EscalationCategory Of(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (Known.TryGetValue(code, out var category))
        {
            return category;
        }

        foreach (var (prefix, found) in Prefixes)
        {
            if (code.StartsWith(prefix, StringComparison.Ordinal))
            {
                return found;
            }
        }

        foreach (var (suffix, found) in Suffixes)
        {
            if (code.EndsWith(suffix, StringComparison.Ordinal))
            {
                return found;
            }
        }

        return EscalationCategory.Runtime;
    }
}
