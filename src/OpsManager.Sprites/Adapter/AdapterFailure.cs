namespace OpsManager.Sprites.Adapter;

/// <summary>No valid answer.</summary>
/// <typeparam name="T">What the answer would have held.</typeparam>
/// <param name="Code">
/// Stable code: <c>transport_unreachable</c>, <c>transport_timeout</c>, <c>adapter_unauthorized</c>, <c>adapter_error</c>,
/// <c>loop_unknown</c>, <c>invalid_transport_payload</c>, <c>unsupported_schema_version</c>, <c>loop_mismatch</c>,
/// <c>response_too_large</c>, <c>endpoint_not_allowed</c>, <c>adapter_token_missing</c>.
/// </param>
/// <param name="Detail">What was tried and what came back, bounded and without secrets.</param>
public sealed record AdapterFailure<T>(string Code, string Detail) : AdapterResult<T>;
