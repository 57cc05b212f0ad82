using System.Reflection;

namespace OpsManager.Testing;

/// <summary>Where the sources lie, so that tests can read fixtures without copying them to every output folder.</summary>
public static class RepositoryRoot
{
    /// <summary>Absolute path of the repository.</summary>
    public static string Path { get; } = Find();

    /// <summary>Absolute path of something in the repository.</summary>
    public static string Combine(params ReadOnlySpan<string> parts)
    {
        var path = Path;
        foreach (var part in parts)
        {
            path = System.IO.Path.Combine(path, part);
        }

        return path;
    }

    private static string Find()
    {
        var value = typeof(RepositoryRoot).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(static a => a.Key == "RepositoryRoot")?.Value
            ?? throw new InvalidOperationException("The assembly was built without the RepositoryRoot metadata.");
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(value));
        return Directory.Exists(path)
            ? path
            : throw new DirectoryNotFoundException($"The repository this assembly was built from is gone: {path}");
    }
}
