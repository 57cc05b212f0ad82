namespace OpsFunctions.Activities.Polling;

/// <summary>Why a poll brought nothing.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">What came back, without secrets.</param>
public sealed record PollTrouble(string Code, string Detail)
{
    /// <summary>Code of a poll that ran out of time.</summary>
    public const string Timeout = "transport_timeout";
}
