using System.Text.Json;
using System.Text.RegularExpressions;
using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Endpoints;
using static OpsFunctions.Http.BodyFields;

namespace OpsFunctions.Http;

/// <summary>Reads a <see cref="CreateRunRequest"/> strictly, naming every member that is wrong and not only the first.</summary>
/// <param name="endpoints">Which addresses may be called.</param>
/// <param name="profiles">The profiles in force.</param>
public sealed partial class CreateRunReader(IEndpointPolicy endpoints, ProfileSet profiles)
{
    private const int MaximumLabels = 32;
    private const int MaximumLabelValue = 256;
    private const int MaximumRepoPath = 1024;
    private const int MaximumWorkspace = 128;
    private const int MaximumEndpoint = 2048;

    private static readonly string[] Members =
        ["launch", "loopId", "sprite", "repoPath", "workspace", "labels", "profile", "policy", "retryOf", "relaunchOnDecision"];

    private static readonly string[] SpriteMembers = ["name", "endpoint", "tokenName"];

    /// <summary>The request, or what is wrong with it.</summary>
    public (CreateRunRequest? Request, ApiProblem? Problem) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        RefuseUnknown(body, string.Empty, Members, errors);

        var launch = ReadLaunch(body, errors);
        var loopId = ReadId<LoopId>(body, "loopId", LoopId.Rule, required: true, errors);
        var sprite = ReadSprite(body, errors);
        var repoPath = ReadText(body, "repoPath", MaximumRepoPath, errors);
        if (repoPath is not null && !repoPath.StartsWith('/'))
        {
            errors.Add(Invalid("repoPath", "It is no absolute path.", "The repository's path inside the sprite, from its root: /..."));
        }

        var workspace = ReadText(body, "workspace", MaximumWorkspace, errors);
        var labels = ReadLabels(body, errors);
        var profile = ReadText(body, "profile", 64, errors);
        profile ??= profiles.Default;
        PolicyOverrides? policy = null;
        if (profiles.Find(profile) is { } thresholds)
        {
            policy = ReadPolicy(body, thresholds, errors);
        }
        else
        {
            errors.Add(new FieldError(
                "profile",
                ProblemKinds.UnknownProfile.Code,
                "No profile has this name.",
                $"One of {string.Join(", ", profiles.Names.Order(StringComparer.Ordinal))}."));
        }

        var retryOf = ReadId<RunId>(body, "retryOf", RunId.Rule, required: false, errors);
        var relaunch = ReadTruth(body, "relaunchOnDecision", errors) ?? true;

        if (errors.Count > 0)
        {
            return (null, ApiProblem.Of(errors));
        }

        return (new CreateRunRequest
        {
            Launch = launch,
            LoopId = loopId!.Value,
            Sprite = sprite!,
            RepoPath = repoPath,
            Workspace = workspace,
            Labels = labels,
            Profile = profile,
            Policy = policy,
            RetryOf = retryOf,
            RelaunchOnDecision = relaunch,
        }, null);
    }

    private static LaunchKind ReadLaunch(JsonElement body, List<FieldError> errors)
    {
        if (Find(body, "launch") is not { } element)
        {
            return LaunchKind.Attach;
        }

        switch (element.ValueKind == JsonValueKind.String ? element.GetString() : null)
        {
            case "attach":
                return LaunchKind.Attach;
            case "start":
                return LaunchKind.Start;
            default:
                errors.Add(Invalid("launch", "This word is not known.", "attach or start."));
                return LaunchKind.Attach;
        }
    }

    private static PolicyOverrides? ReadPolicy(JsonElement body, RunPolicy profile, List<FieldError> errors) =>
        Find(body, "policy") is { } element && PolicyReader.ReadNew(profile, element, errors) is not null
            ? element.Deserialize<PolicyOverrides>(ApiJson.Options)
            : null;

    private SpriteResource? ReadSprite(JsonElement body, List<FieldError> errors)
    {
        if (Find(body, "sprite") is not { } element)
        {
            errors.Add(Missing("sprite", "An object with name and endpoint."));
            return null;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(Invalid("sprite", "It is no object.", "An object with name and endpoint."));
            return null;
        }

        RefuseUnknown(element, "sprite.", SpriteMembers, errors);
        var name = ReadId<SpriteName>(element, "name", SpriteName.Rule, required: true, errors, "sprite.");
        var endpoint = ReadEndpoint(element, errors);
        var tokenName = ReadText(element, "tokenName", 128, errors, "sprite.");
        if (tokenName is not null && !TokenNamePattern().IsMatch(tokenName))
        {
            errors.Add(Invalid(
                "sprite.tokenName",
                "It is no name of a setting.",
                "The name of the setting that holds the token: letters, digits and single underscores between them. Never the token itself."));
        }

        return name is null || endpoint is null ? null : new SpriteResource { Name = name.Value, Endpoint = endpoint, TokenName = tokenName };
    }

    private Uri? ReadEndpoint(JsonElement sprite, List<FieldError> errors)
    {
        const string field = "sprite.endpoint";
        const string fix = "The adapter's base address: http or https, without user, query or fragment.";
        if (Find(sprite, "endpoint") is null)
        {
            errors.Add(Missing(field, fix));
            return null;
        }

        var text = ReadText(sprite, "endpoint", MaximumEndpoint, errors, "sprite.");
        if (text is null)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            || endpoint.UserInfo.Length > 0
            || endpoint.Query.Length > 0
            || endpoint.Fragment.Length > 0)
        {
            errors.Add(Invalid(field, "It is no address an adapter can have.", fix));
            return null;
        }

        if (endpoints.Refuse(endpoint) is { } reason)
        {
            errors.Add(new FieldError(
                field,
                ProblemKinds.EndpointNotAllowed.Code,
                reason,
                "An address on the manager's allow-list, or have the operator of the manager extend the list."));
            return null;
        }

        return endpoint;
    }

    private static SortedDictionary<string, string>? ReadLabels(JsonElement body, List<FieldError> errors)
    {
        if (Find(body, "labels") is not { } element)
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(Invalid("labels", "It is no object.", "An object whose members are texts."));
            return null;
        }

        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (labels.Count == MaximumLabels)
            {
                errors.Add(Invalid("labels", "There are too many.", $"At most {MaximumLabels}."));
                break;
            }

            if (!LabelKeyPattern().IsMatch(member.Name))
            {
                errors.Add(Invalid(
                    "labels",
                    "A key is not valid.",
                    "Keys have 1 to 63 letters, digits, dots, slashes, underscores and hyphens, and begin with a letter or digit."));
                break;
            }

            var value = ReadText(element, member.Name, MaximumLabelValue, errors, "labels.");
            if (value is not null)
            {
                labels[member.Name] = value;
            }
        }

        return labels;
    }

    // A part of an app setting's name, which has nothing else on Linux; two underscores in a row would begin another level.
    [GeneratedRegex(@"^[A-Za-z0-9]+(_[A-Za-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TokenNamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LabelKeyPattern();
}
