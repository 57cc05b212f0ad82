using System.Diagnostics;
using LocalHost.Tests.Api;
using OpsManager.Testing;

namespace LocalHost.Tests.Packages;

/// <summary>The folder that <c>dotnet publish src/OpsFunctions</c> makes of what the test run has built.</summary>
public sealed class PublishedApp : IAsyncLifetime
{
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"ops-published-{Guid.NewGuid():N}");

    public string Output { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        ProcessStartInfo start = new("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "publish", RepositoryRoot.Combine("src", "OpsFunctions"), "--no-build", "-c", DeclaredApi.Metadata("BuildPivot"), "-o", Folder, "-p:FunctionsPackages=nuget", "--nologo",
            },
        };

        // What the test run's own build has set is not for this one.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        Output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, Output);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    public string File(params string[] parts) => Path.Combine([Folder, .. parts]);
}
