using System.Diagnostics;
using System.Text.Json;
using OpsManager.Testing;

namespace LocalHost.Tests.Packaging;

/// <summary>The app's project as MSBuild sees it where the packages are. Nothing is restored or built.</summary>
public sealed class EvaluatedProject : IAsyncLifetime
{
    private JsonDocument _evaluation = JsonDocument.Parse("{}");

    public async Task InitializeAsync()
    {
        ProcessStartInfo start = new("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "msbuild",
                RepositoryRoot.Combine("src", "OpsFunctions", "OpsFunctions.csproj"),
                "-p:FunctionsPackages=nuget",
                "-getItem:PackageReference,FrameworkReference,ProjectReference,Compile,None,Content",
                "-getProperty:OutputType,AzureFunctionsVersion,TargetFramework",
            },
        };

        // What the test run's own build has set is not for this one.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || key == "FunctionsPackages").ToList())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        _evaluation = JsonDocument.Parse(output);
    }

    public Task DisposeAsync()
    {
        _evaluation.Dispose();
        return Task.CompletedTask;
    }

    public string Property(string name) => _evaluation.RootElement.GetProperty("Properties").GetProperty(name).GetString()!;

    public IReadOnlyList<EvaluatedItem> Items(string kind)
        => _evaluation.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray()
            .Select(item => item.EnumerateObject().ToDictionary(metadata => metadata.Name, metadata => metadata.Value.GetString()!))
            .Select(metadata => new EvaluatedItem(metadata["Identity"], metadata))
            .ToList();
}
