namespace OpsManager.Storage;

/// <summary>Identities of writes, by which a writer recognises its own.</summary>
internal static class WriteIds
{
    /// <summary>A new one.</summary>
    public static string Next() => Guid.NewGuid().ToString("N");
}
