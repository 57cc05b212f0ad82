using OpsManager.Contract;

namespace OpsManager.Sprites.Adapter;

/// <summary>Turns a refused envelope into a code and words of this boundary.</summary>
internal static class EnvelopeFailures
{
    public static string CodeOf(EnvelopeRefusal refusal) => refusal.Code switch
    {
        RefusalCodes.SchemaVersionMissing or RefusalCodes.UnsupportedSchemaVersion => AdapterFailureCodes.UnsupportedSchemaVersion,
        RefusalCodes.LoopMismatch => AdapterFailureCodes.LoopMismatch,
        _ => AdapterFailureCodes.InvalidTransportPayload,
    };

    public static string DetailOf(string what, EnvelopeRefusal refusal) => DetailText.Clean($"{what}: {refusal.Message}");
}
