namespace OpsManager.Sprites.Adapter;

/// <summary>What an adapter says about a loop that misbehaves, redacted once more.</summary>
/// <param name="Document">UTF-8 JSON of at most about <see cref="MaxBytes"/>.</param>
public sealed record DiagnosticsReading(ReadOnlyMemory<byte> Document)
{
    /// <summary>Largest accepted answer in bytes. Adapters of ours keep to 48 KiB.</summary>
    public const int MaxBytes = 64 * 1024;
}
