namespace OpsManager.Core.Runs;

/// <summary>The sprite a run lives in and how its adapter is reached.</summary>
/// <param name="Name">The sprite; one live run at a time holds it.</param>
/// <param name="Endpoint">Base address of the adapter; must be on the allow-list.</param>
/// <param name="TokenName">Name of the setting that holds the adapter's token; never the token.</param>
public sealed record SpriteRef(SpriteName Name, Uri Endpoint, string? TokenName);
