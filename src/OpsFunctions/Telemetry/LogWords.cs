namespace OpsFunctions.Telemetry;

/// <summary>What stands in a line of the log where there is nothing to say: a reader takes <c>(null)</c> for a defect.</summary>
internal static class LogWords
{
    /// <summary>For the reason of a step that needs none.</summary>
    public const string NoReason = "no reason";

    /// <summary>For the code of what did not fail.</summary>
    public const string NoCode = "no code";
}
