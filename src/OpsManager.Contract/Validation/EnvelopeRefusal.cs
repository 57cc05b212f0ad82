namespace OpsManager.Contract;

/// <summary>One reason why an envelope is refused.</summary>
/// <param name="Code">Stable code; see <see cref="RefusalCodes"/>.</param>
/// <param name="Path">Where, as a JSON path such as <c>$.source.loopId</c>.</param>
/// <param name="Message">What is wrong with which field and what to write instead. Never holds the offending value of a free-text field.</param>
public sealed record EnvelopeRefusal(string Code, string Path, string Message);
