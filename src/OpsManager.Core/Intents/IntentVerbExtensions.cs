using System.Text.Json;

namespace OpsManager.Core.Intents;

/// <summary>Questions about a verb.</summary>
public static class IntentVerbExtensions
{
    /// <summary>The word of the contract, the API and the store.</summary>
    public static string Word(this IntentVerb verb) => JsonNamingPolicy.SnakeCaseLower.ConvertName(verb.ToString());

    /// <summary>Whether it ends the run.</summary>
    public static bool Ends(this IntentVerb verb) => verb is IntentVerb.Cancel or IntentVerb.ForceCancel;

    /// <summary>Whether it decides on a candidate.</summary>
    public static bool Decides(this IntentVerb verb) => verb is IntentVerb.Approve or IntentVerb.Reject;

    /// <summary>The capability that an endpoint announces for it.</summary>
    public static string Capability(this IntentVerb verb) => verb == IntentVerb.Relaunch ? "start" : verb.Word();
}
