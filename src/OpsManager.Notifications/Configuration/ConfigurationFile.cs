namespace OpsManager.Notifications.Configuration;

/// <summary>Loads the file with sinks and routes.</summary>
internal static class ConfigurationFile
{
    // A thousand sinks would not fill it.
    private const int LargestFile = 1024 * 1024;

    /// <summary>The configuration, or what is wrong. Without a file there are no sinks.</summary>
    public static (NotificationConfiguration? Configuration, IReadOnlyList<string> Errors) Load(NotificationOptions options)
    {
        if (options.SinksPath() is not { } path)
        {
            return (NotificationConfiguration.None, []);
        }

        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? (null, [$"there is no such file. Create {path}, or leave the setting empty to tell nobody."])
                : file.Length > LargestFile ? (null, [$"it has {file.Length} bytes; at most {LargestFile} are read."])
                : ConfigurationReader.Read(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, [$"it cannot be read: {error.Message}"]);
        }
    }
}
