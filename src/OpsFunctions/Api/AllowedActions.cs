using OpsManager.Storage.Runs;

namespace OpsFunctions.Api;

/// <summary>What an operator may ask of a run now.</summary>
public static class AllowedActions
{
    /// <summary>
    /// The verbs that the manager has for a run. A verb it cannot carry out is not listed: an action that is refused for want of the
    /// machinery behind it would promise that waiting helps.
    /// </summary>
    public static IReadOnlyList<AllowedAction> For(RunHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return [];
    }
}
