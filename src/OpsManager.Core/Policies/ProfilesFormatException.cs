namespace OpsManager.Core.Policies;

/// <summary>A document of profiles that cannot be read. The message has a line for each thing that is wrong.</summary>
public sealed class ProfilesFormatException : FormatException
{
    /// <summary>Without details.</summary>
    public ProfilesFormatException()
        : this("The profiles cannot be read.")
    {
    }

    /// <summary>With what is wrong.</summary>
    public ProfilesFormatException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and how it showed.</summary>
    public ProfilesFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
