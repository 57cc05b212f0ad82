using OpsManager.Core.Reasons;

namespace OpsManager.Core.Escalations;

/// <summary>What an escalation is about, as the catalogue of reason codes has it.</summary>
public static class EscalationCategories
{
    /// <summary>The category. A code that the catalogue does not know is the runtime's own.</summary>
    public static EscalationCategory Of(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return ReasonCatalogue.Find(code)?.Category switch
        {
            ReasonCategory.Transport => EscalationCategory.Transport,
            ReasonCategory.Contract or ReasonCategory.Log => EscalationCategory.Contract,
            ReasonCategory.Policy => EscalationCategory.Policy,
            ReasonCategory.Control => EscalationCategory.Control,
            ReasonCategory.Engine => EscalationCategory.Engine,
            ReasonCategory.Fleet => EscalationCategory.Fleet,
            _ => EscalationCategory.Runtime,
        };
    }
}
