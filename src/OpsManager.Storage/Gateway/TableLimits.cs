namespace OpsManager.Storage.Gateway;

/// <summary>Limits of Table Storage, in bytes unless said otherwise.</summary>
internal static class TableLimits
{
    /// <summary>Rows in one transaction.</summary>
    public const int TransactionRows = 100;

    /// <summary>Body of one transaction, as sent: binary values are base64 there.</summary>
    public const int TransactionBody = 4 * 1024 * 1024;

    /// <summary>All of one row.</summary>
    public const int Row = 1024 * 1024;

    /// <summary>One binary or string property; strings count two bytes a character.</summary>
    public const int Property = 64 * 1024;

    /// <summary>Size of a property towards <see cref="Row"/>.</summary>
    public static long SizeOf(string name, object value) => (2L * name.Length) + 8 + value switch
    {
        string text => (2L * text.Length) + 4,
        byte[] bytes => bytes.Length + 4L,
        _ => 8,
    };

    /// <summary>Size of a property towards <see cref="TransactionBody"/>.</summary>
    public static long SentSizeOf(string name, object value) => name.Length + 64 + value switch
    {
        string text => 2L * text.Length,
        byte[] bytes => 4L * ((bytes.Length + 2) / 3),
        _ => 40,
    };
}
