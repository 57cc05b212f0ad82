using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using OpsManager.Testing;

namespace LocalHost.Tests.Packages;

/// <summary>What is published is what the Functions host takes, and nothing else.</summary>
public sealed class PublishedAppTests(PublishedApp app) : IClassFixture<PublishedApp>
{
    [Fact]
    public void Publishing_warns_of_nothing() => Assert.DoesNotContain("warning", app.Output, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("OpsFunctions.dll")]
    [InlineData("OpsFunctions.runtimeconfig.json")]
    [InlineData("functions.metadata")]
    [InlineData("worker.config.json")]
    [InlineData("extensions.json")]
    [InlineData("host.json")]
    [InlineData(".azurefunctions/function.deps.json")]
    [InlineData(".azurefunctions/Microsoft.Azure.WebJobs.Extensions.FunctionMetadataLoader.dll")]
    [InlineData(".azurefunctions/Microsoft.Azure.WebJobs.Extensions.DurableTask.dll")]
    [InlineData(".azurefunctions/DurableTask.AzureStorage.dll")]
    public void It_has_what_the_host_needs(string file) => Assert.True(File.Exists(app.File(file)), file);

    [Fact]
    public void It_has_nothing_that_belongs_to_one_machine()
    {
        string[] files = [.. Directory.EnumerateFiles(app.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file))];

        Assert.DoesNotContain("local.settings.json", files);
        Assert.DoesNotContain(files, file => file.StartsWith("LocalHost", StringComparison.Ordinal) || file.Contains("Tests", StringComparison.Ordinal) || file.StartsWith("superloop", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_host_json_is_the_root_s()
        => Assert.Equal(File.ReadAllText(RepositoryRoot.Combine("host.json")), File.ReadAllText(app.File("host.json")));

    [Fact]
    public void The_worker_is_the_app_and_lists_its_functions_itself()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(app.File("worker.config.json")));
        JsonElement description = config.RootElement.GetProperty("description");

        Assert.Equal(
            ("dotnet-isolated", "dotnet", "OpsFunctions.dll", "true"),
            (description.GetProperty("language").GetString(), description.GetProperty("defaultExecutablePath").GetString(), description.GetProperty("defaultWorkerPath").GetString(), description.GetProperty("workerIndexing").GetString()));
    }

    [Fact]
    public void Every_extension_of_the_host_is_there()
    {
        using JsonDocument extensions = JsonDocument.Parse(File.ReadAllText(app.File("extensions.json")));
        List<JsonElement> all = [.. extensions.RootElement.GetProperty("extensions").EnumerateArray()];

        Assert.Contains(all, extension => extension.GetProperty("name").GetString() == "DurableTask");
        Assert.All(all, extension => Assert.True(File.Exists(app.File(extension.GetProperty("hintPath").GetString()!)), extension.GetRawText()));
    }

    [Fact]
    public void The_host_s_durable_extension_is_the_one_that_the_worker_s_asks_for()
    {
        ExtensionInformationAttribute pair = typeof(DurableClientAttribute).Assembly.GetCustomAttribute<ExtensionInformationAttribute>()!;
        string product = FileVersionInfo.GetVersionInfo(app.File(".azurefunctions", $"{pair.ExtensionPackage}.dll")).ProductVersion!;

        Assert.Equal("Microsoft.Azure.WebJobs.Extensions.DurableTask", pair.ExtensionPackage);
        Assert.Equal(pair.ExtensionVersion, product.Split('+', '-')[0]);
    }
}
