using Microsoft.Extensions.Options;
using OpsManager.Core.Policies;

namespace OpsFunctions.Composition;

/// <summary>Reads the profiles in force, and refuses to start with a file that cannot be read.</summary>
internal sealed class ProfileFile : IValidateOptions<PolicyOptions>
{
    // A profile has some twenty short lines.
    private const long MaximumBytes = 1024 * 1024;

    /// <summary>The profiles in force.</summary>
    public static ProfileSet Read(PolicyOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ProfilesFile))
        {
            return PolicyProfiles.BuiltIn;
        }

        var file = new FileInfo(options.ProfilesFile);
        return file.Length > MaximumBytes
            ? throw new ProfilesFormatException($"It has {file.Length} bytes; at most {MaximumBytes} are read.")
            : ProfileSet.Parse(File.ReadAllText(file.FullName));
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        try
        {
            Read(options);
            return ValidateOptionsResult.Success;
        }
        catch (Exception error) when (error is ProfilesFormatException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return ValidateOptionsResult.Fail(
                error.Message.Split(Environment.NewLine).Select(line => $"{PolicyOptions.Section}:{nameof(PolicyOptions.ProfilesFile)} {options.ProfilesFile}: {line}"));
        }
    }
}
