using System.Globalization;
using System.Text;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Keeps what was found at the beginning of an iteration, so that every process says the same of it and a one-shot call need not walk the
/// work tree that an earlier one walked. Whatever is wrong with it, it is found out anew.
/// </summary>
internal sealed class ProgressStore(SuperloopFolder folder, string loopId)
{
    private const string Version = "progress 1";

    private readonly SavedWork file = new(folder, loopId, "progress.mark", "progress.lock", 4096);

    /// <summary>What was kept of the iteration; null for none.</summary>
    public ProgressFacts? Load(string key) => file.Load() is { } bytes ? Decode(Encoding.UTF8.GetString(bytes), key) : null;

    /// <summary>Puts it in the place of what was kept before.</summary>
    public void Save(string key, ProgressFacts facts) => file.Save(Encoding.UTF8.GetBytes(Encode(key, facts)));

    // Lines and a hash over them: not flushed to the disk, it may be anything after a loss of power.
    private static string Encode(string key, ProgressFacts facts)
    {
        var content = string.Join(
            '\n', Version, Hash(key), facts.Head, facts.WorkTreeHash, facts.OpenChecklistItems?.ToString(CultureInfo.InvariantCulture), facts.TestSignature);
        return $"{Hash(content)}\n{content}";
    }

    private static ProgressFacts? Decode(string text, string key) =>
        text.Split('\n') is [var hash, Version, var about, var head, var tree, var items, var signature]
        && hash == Hash(text[(hash.Length + 1)..])
        && about == Hash(key)
            ? new ProgressFacts
            {
                Head = Text(head),
                WorkTreeHash = Text(tree),
                OpenChecklistItems = long.TryParse(items, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
                TestSignature = Text(signature),
            }
            : null;

    private static string Hash(string text) => Convert.ToHexStringLower(ResumableSha256.Hash(Encoding.UTF8.GetBytes(text)));

    private static string? Text(string value) => value.Length == 0 ? null : value;
}
