using OpsManager.Core.Escalations;
using OpsManager.Core.Reasons;

namespace OpsManager.Notifications.Messages;

/// <summary>What to do next, as the catalogue of reason codes says; by category for a code it does not know.</summary>
public static class NextSteps
{
    /// <summary>One sentence.</summary>
    public static string For(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return ReasonCatalogue.Find(code)?.Next ?? EscalationCategories.Of(code) switch
        {
            EscalationCategory.Transport => "Check the sprite, its adapter and the network between.",
            EscalationCategory.Policy => "Look at the run and decide whether to extend its limit or to end it.",
            EscalationCategory.Control => "Read the run's intents and snapshot before you ask again.",
            EscalationCategory.Engine => "Look at the run's orchestration.",
            EscalationCategory.Contract => "Compare the adapter's version with the manager's.",
            EscalationCategory.Fleet => "Look at the manager before any single run.",
            _ => "Look at the run's health and its last events.",
        };
    }
}
