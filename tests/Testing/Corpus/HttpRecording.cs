using System.Text.Json;

namespace OpsManager.Testing.Corpus;

/// <summary>One or several recorded exchanges with the existing service.</summary>
/// <param name="FileName">File name without extension, such as <c>47-torn-garbage-line</c>.</param>
/// <param name="Name">Short name.</param>
/// <param name="Note">What it shows.</param>
/// <param name="Exchanges">The exchanges, in order; those of a race were concurrent.</param>
public sealed record HttpRecording(string FileName, string Name, string Note, IReadOnlyList<HttpExchange> Exchanges)
{
    /// <summary>The only exchange.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public HttpExchange Only => Exchanges.Single();

    /// <inheritdoc/>
    public override string ToString() => FileName;

    internal static HttpRecording Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        IReadOnlyList<HttpExchange> exchanges = root.TryGetProperty("exchanges", out var many)
            ? [.. many.EnumerateArray().Select(Read)]
            : [Read(root)];
        return new HttpRecording(
            Path.GetFileNameWithoutExtension(file),
            root.GetProperty("name").GetString()!,
            root.GetProperty("note").GetString()!,
            exchanges);

        static HttpExchange Read(JsonElement element) => element.Deserialize<HttpExchange>(JsonSerializerOptions.Web)
            ?? throw new InvalidDataException("An exchange is null.");
    }
}
