namespace OpsFunctions.Activities.Polling;

/// <summary>Why a poll brought nothing.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">What came back, without secrets.</param>
public sealed record PollTrouble(string Code, string Detail);
