namespace OpsManager.Storage.Documents;

/// <summary>A stored document that this version cannot read: damaged, or written by a newer version.</summary>
public sealed class UnreadableDocumentException : Exception
{
    /// <summary>Without details.</summary>
    public UnreadableDocumentException()
        : this("A stored document cannot be read.")
    {
    }

    /// <summary>With the row and what is wrong with it.</summary>
    public UnreadableDocumentException(string message)
        : base(message)
    {
    }

    /// <summary>With the row, what is wrong with it and how it showed.</summary>
    public UnreadableDocumentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
