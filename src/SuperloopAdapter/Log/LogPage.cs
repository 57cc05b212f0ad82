namespace SuperloopAdapter.Log;

/// <summary>Lines after a cursor, as envelopes.</summary>
/// <param name="Envelopes">Each one JSON object, in order.</param>
/// <param name="EndLine">The last line the page speaks for, blank ones included: the next cursor.</param>
/// <param name="View">The log the page was read from.</param>
internal sealed record LogPage(IReadOnlyList<ReadOnlyMemory<byte>> Envelopes, long EndLine, LogView View);
