using System.Text.Json.Nodes;

namespace OpsFunctions.OpenApi;

/// <summary>A parameter of an operation, besides those of its route.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In"><c>query</c> or <c>header</c>.</param>
/// <param name="Description">What it does.</param>
/// <param name="Schema">Its values.</param>
/// <param name="IsRequired">Whether the operation is refused without it.</param>
public sealed record ApiParameter(string Name, string In, string Description, JsonObject Schema, bool IsRequired = false);
