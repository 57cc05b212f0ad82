using System.Reflection;
using System.Xml.Linq;
using LocalHost.Tests.Api;
using OpsFunctions.Composition;
using OpsManager.Testing;

namespace LocalHost.Tests.Packaging;

/// <summary>The project as it is where the packages are, as far as that can be seen without them; Packages/PublishedAppTests sees the rest.</summary>
public sealed class PackagingTests : IClassFixture<EvaluatedProject>
{
    // The set of the official quickstart for net10.0, and the timer extension, in the versions that were proven together here.
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["Microsoft.Azure.Functions.Worker"] = "2.52.0",
        ["Microsoft.Azure.Functions.Worker.Sdk"] = "2.1.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.DurableTask"] = "1.21.1",
        ["Microsoft.Azure.Functions.Worker.Extensions.Http"] = "3.3.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore"] = "2.1.1",
        ["Microsoft.Azure.Functions.Worker.Extensions.Timer"] = "4.3.1",
        ["Microsoft.DurableTask.Analyzers"] = "1.28.0",
    };

    private readonly EvaluatedProject _project;

    public PackagingTests(EvaluatedProject project)
    {
        _project = project;
    }

    [Fact]
    public void The_versions_are_those_that_belong_together()
    {
        XElement props = XElement.Load(RepositoryRoot.Combine("Directory.Packages.props"));
        Dictionary<string, string> functions = props.Descendants("PackageVersion")
            .Where(version => IsOfFunctions(version.Attribute("Include")!.Value))
            .ToDictionary(version => version.Attribute("Include")!.Value, version => version.Attribute("Version")!.Value);

        Assert.Equal(Packages.OrderBy(package => package.Key), functions.OrderBy(package => package.Key));
    }

    [Fact]
    public void Where_the_packages_are_the_project_refers_to_exactly_them()
    {
        string[] functions = _project.Items("PackageReference").Select(item => item.Include).Where(IsOfFunctions).ToArray();

        Assert.Equal(Packages.Keys.Order(), functions.Order());
        Assert.Contains(_project.Items("FrameworkReference"), item => item.Include == "Microsoft.AspNetCore.App");
        Assert.DoesNotContain(_project.Items("ProjectReference"), item => item.Include.Contains("LocalHost", StringComparison.Ordinal));
        Assert.Contains(_project.Items("Compile"), item => item.Include == "Program.cs");
        Assert.Equal(("Exe", "v4", "net10.0"), (_project.Property("OutputType"), _project.Property("AzureFunctionsVersion"), _project.Property("TargetFramework")));
    }

    [Fact]
    public void The_root_s_files_are_linked_once_and_local_settings_are_never_published()
    {
        List<EvaluatedItem> files = _project.Items("None").Concat(_project.Items("Content")).Where(item => item.Include.EndsWith(".json", StringComparison.Ordinal)).ToList();

        EvaluatedItem host = Assert.Single(files, item => item.Include.EndsWith("host.json", StringComparison.Ordinal));
        Assert.Equal(("host.json", "PreserveNewest", "PreserveNewest"), (host["Link"], host["CopyToOutputDirectory"], host["CopyToPublishDirectory"]));
        Assert.All(files.Where(item => item.Include.Contains("local.settings", StringComparison.Ordinal)), item => Assert.Equal("Never", item["CopyToPublishDirectory"]));

        // Evaluated or not: whoever has the file must not publish it.
        XElement settings = XElement.Load(ProjectPath).Descendants("None").Single(item => item.Attribute("Include")!.Value.EndsWith("local.settings.json", StringComparison.Ordinal));
        Assert.Equal("Never", settings.Attribute("CopyToPublishDirectory")!.Value);
    }

    [Fact]
    public void Nothing_is_included_that_the_SDK_includes_itself()
    {
        // It adds host.json and local.settings.json of the project's own folder and every source file in it; JSON to be embedded it does not add.
        XElement xml = XElement.Load(ProjectPath);

        Assert.False(File.Exists(RepositoryRoot.Combine("src", "OpsFunctions", "host.json")));
        Assert.False(File.Exists(RepositoryRoot.Combine("src", "OpsFunctions", "local.settings.json")));
        Assert.All(xml.Descendants().Where(item => item.Parent?.Name == "ItemGroup").Attributes("Include").Concat(xml.Descendants().Attributes("Update")), include =>
            Assert.True(include.Parent!.Name.LocalName is "PackageReference" or "FrameworkReference" or "InternalsVisibleTo" or "EmbeddedResource" || include.Value.StartsWith("../", StringComparison.Ordinal), include.Value));
        Assert.Empty(xml.Descendants("Compile").Attributes("Include"));

        // Of resources to be embedded the SDK adds those of one kind, and the project has none.
        Assert.Empty(Directory.EnumerateFiles(RepositoryRoot.Combine("src", "OpsFunctions"), "*.resx", SearchOption.AllDirectories));
    }

    [Fact]
    public void Host_json_stands_beside_the_app()
    {
        string beside = Path.Combine(Path.GetDirectoryName(typeof(OpsFunctionsComposition).Assembly.Location)!, "host.json");

        Assert.Equal(File.ReadAllText(RepositoryRoot.Combine("host.json")), File.ReadAllText(beside));
    }

    [Fact]
    public void The_app_refers_to_nothing_of_the_local_host_but_the_declarations()
    {
        IEnumerable<string?> local = typeof(OpsFunctionsComposition).Assembly.GetReferencedAssemblies().Select(reference => reference.Name).Where(name => name!.StartsWith("LocalHost", StringComparison.Ordinal) && name != "LocalHost.FunctionsApi");
        IEnumerable<string> projects = XElement.Load(ProjectPath).Descendants("ProjectReference").Select(item => item.Attribute("Include")!.Value).Where(path => path.Contains("LocalHost", StringComparison.Ordinal));

        Assert.Empty(local);
        Assert.All(projects, path => Assert.Equal("../LocalHost.FunctionsApi/LocalHost.FunctionsApi.csproj", path));
        Assert.DoesNotContain(DeclaredApi.Functions.GetReferencedAssemblies(), reference => reference.Name!.StartsWith("OpsManager", StringComparison.Ordinal));
    }

    private static bool IsOfFunctions(string id) => id.StartsWith("Microsoft.Azure.Functions.", StringComparison.Ordinal) || id.StartsWith("Microsoft.DurableTask.", StringComparison.Ordinal);

    private static string ProjectPath => RepositoryRoot.Combine("src", "OpsFunctions", "OpsFunctions.csproj");
}
