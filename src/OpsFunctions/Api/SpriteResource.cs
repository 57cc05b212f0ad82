using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>A sprite and how its adapter is reached.</summary>
public sealed record SpriteResource
{
    /// <summary>The sprite.</summary>
    public required SpriteName Name { get; init; }

    /// <summary>Base address of the adapter; its host must be on the allow-list.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Name of the setting that holds the adapter's token.</summary>
    public string? TokenName { get; init; }
}
