using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Lifecycle;

/// <summary>Whether it is proven that no process of an ended run lives.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Quiescence>))]
public enum Quiescence
{
    /// <summary>Not proven; the sprite stays claimed.</summary>
    NotProven,

    /// <summary>Proven; the sprite may be used again.</summary>
    Proven,
}
