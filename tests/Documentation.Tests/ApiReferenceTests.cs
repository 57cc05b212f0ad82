using OpsManager.Testing;

namespace Documentation.Tests;

public sealed class ApiReferenceTests
{
    [Fact]
    public void The_reference_is_that_of_the_OpenAPI_document()
    {
        var file = RepositoryRoot.Combine("docs", "api.md");
        var page = File.ReadAllText(file);
        var begin = page.IndexOf(ApiReference.Begin, StringComparison.Ordinal);
        Assert.True(begin > 0, "docs/api.md lacks the mark at which its reference begins.");

        var expected = page[..begin] + ApiReference.Write();
        if (Environment.GetEnvironmentVariable("OPS_UPDATE_OPENAPI") == "1")
        {
            File.WriteAllText(file, expected);
            return;
        }

        Assert.True(page == expected, "docs/api.md is behind docs/openapi.json. Run OPS_UPDATE_OPENAPI=1 dotnet test tests/Documentation.Tests, look at the difference, commit it.");
    }
}
