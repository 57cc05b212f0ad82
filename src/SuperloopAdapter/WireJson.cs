using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpsManager.Contract;

namespace SuperloopAdapter;

/// <summary>
/// How the adapter writes the contract's records: v1 members always, null or not, as its consumers expect; members of
/// <c>ext</c> only when known.
/// </summary>
internal static class WireJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = ((IJsonTypeInfoResolver)AdapterJson.Default).WithAddedModifier(OmitUnknownFacts),
    };

    public static byte[] Write(LoopRunSnapshot snapshot) =>
        JsonSerializer.SerializeToUtf8Bytes(snapshot, (JsonTypeInfo<LoopRunSnapshot>)Options.GetTypeInfo(typeof(LoopRunSnapshot)));

    private static void OmitUnknownFacts(JsonTypeInfo info)
    {
        if (info.Type != typeof(SnapshotExtensions) && info.Type != typeof(ProcessFacts) && info.Type != typeof(AttemptFacts)
            && info.Type != typeof(ExitFacts) && info.Type != typeof(ActivityFacts))
        {
            return;
        }

        foreach (var property in info.Properties)
        {
            if (!property.IsExtensionData)
            {
                property.ShouldSerialize = static (_, value) => value is not null;
            }
        }
    }
}
