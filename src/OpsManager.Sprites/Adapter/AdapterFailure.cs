namespace OpsManager.Sprites.Adapter;

/// <summary>No valid answer.</summary>
/// <typeparam name="T">What the answer would have held.</typeparam>
/// <param name="Code">Stable code; see <see cref="AdapterFailureCodes"/>.</param>
/// <param name="Detail">What was tried and what came back, at most 200 characters, without control characters and secrets.</param>
public sealed record AdapterFailure<T>(string Code, string Detail) : AdapterResult<T>;
