using OpsManager.Contract;

namespace SuperloopAdapter.Control;

/// <summary>A final result under the intent and key it belongs to.</summary>
internal sealed record StoredAnswer(string Intent, string Key, ControlAnswer Answer);
