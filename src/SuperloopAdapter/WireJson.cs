using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpsManager.Contract;

namespace SuperloopAdapter;

/// <summary>
/// How the adapter writes the contract's records: as the contract says, except that text stays as the runtime wrote it (the
/// answers are JSON, never HTML), which also keeps their size near that of the artifacts.
/// </summary>
internal static class WireJson
{
    private static readonly JsonSerializerOptions Options = new(ContractJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write<T>(T record)
        where T : class =>
        JsonSerializer.SerializeToUtf8Bytes(record, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    public static void Write<T>(Utf8JsonWriter writer, T record)
        where T : class =>
        JsonSerializer.Serialize(writer, record, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));
}
