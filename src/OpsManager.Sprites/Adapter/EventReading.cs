using OpsManager.Contract;

namespace OpsManager.Sprites.Adapter;

/// <summary>One line of the log: readable, or not and why.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Envelope">The event; null if the line is unreadable.</param>
/// <param name="Raw">UTF-8 JSON of the envelope as received; empty if unknown.</param>
/// <param name="QuarantineReason">Why it is unreadable; null for a readable one.</param>
public sealed record EventReading(long Line, LoopRunEvent? Envelope, ReadOnlyMemory<byte> Raw, string? QuarantineReason);
