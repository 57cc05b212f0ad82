using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Policies;

namespace OpsFunctions.Tests.Composition;

public sealed class ProfilesFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Without_a_file_the_profiles_are_those_that_come_with_the_manager()
    {
        using var app = new AppFixture();
        Assert.Same(PolicyProfiles.BuiltIn, app.Get<ProfileSet>());
    }

    [Fact]
    public async Task A_file_of_ones_own_takes_their_place()
    {
        await WriteAsync(static text => text.Replace("\"balanced\"", "\"ours\"", StringComparison.Ordinal));
        using var app = new AppFixture(Setting());
        var profiles = app.Get<ProfileSet>();
        Assert.Equal("ours", profiles.Default);
        Assert.Equal(["ours", "relaxed", "strict"], profiles.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_wrong_file_is_refused_with_setting_profile_field_and_fix()
    {
        await WriteAsync(static text => text.Replace("\"stuckCritical\": 5", "\"stuckCritical\": 0", StringComparison.Ordinal));
        using var app = new AppFixture(Setting());
        var error = Assert.Throws<OptionsValidationException>(() => app.Get<IOptions<PolicyOptions>>().Value);
        Assert.Equal($"Policies:ProfilesFile {_path}: profile balanced, stuckCritical: The value is not valid. A whole number, 1 to 1000, or null for none.", error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        using var app = new AppFixture(Setting());
        Assert.Contains(_path, Assert.Throws<OptionsValidationException>(() => app.Get<IOptions<PolicyOptions>>().Value).Message, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> Setting() => new(StringComparer.Ordinal) { ["Policies:ProfilesFile"] = _path };

    private async Task WriteAsync(Func<string, string> change)
    {
        await using var stream = typeof(PolicyProfiles).Assembly.GetManifestResourceStream(PolicyProfiles.DocumentName)!;
        using var reader = new StreamReader(stream);
        await File.WriteAllTextAsync(_path, change(await reader.ReadToEndAsync()));
    }
}
