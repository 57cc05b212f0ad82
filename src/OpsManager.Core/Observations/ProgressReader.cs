using OpsManager.Contract;
using OpsManager.Core.Health;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Observations;

/// <summary>Reads what an adapter says of the work itself.</summary>
internal static class ProgressReader
{
    private const int HashLimit = 128;

    public static ProgressMark? Read(ProgressFacts? progress) =>
        progress is null
            ? null
            : new ProgressMark(
                LenientJson.Bounded(progress.Head, HashLimit),
                LenientJson.Bounded(progress.WorkTreeHash, HashLimit),
                progress.OpenChecklistItems is >= 0 and var open ? open : null,
                LenientJson.Bounded(progress.TestSignature, HashLimit));
}
