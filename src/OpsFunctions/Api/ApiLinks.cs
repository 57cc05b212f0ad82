using Microsoft.AspNetCore.Http;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>Absolute addresses of the API's resources.</summary>
/// <param name="root">Address of the API with its route prefix, without a slash at the end.</param>
public sealed class ApiLinks(string root)
{
    /// <summary>The route prefix, as host.json has it.</summary>
    public const string RoutePrefix = "api";

    /// <summary>Address of the API.</summary>
    public string Root => root;

    /// <summary>Addresses as the caller of a request sees them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="publicBaseUrl">The configured outer address, where a proxy hides it from the request.</param>
    public static ApiLinks For(HttpRequest request, Uri? publicBaseUrl)
    {
        var origin = publicBaseUrl is null
            ? $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}"
            : publicBaseUrl.AbsoluteUri.TrimEnd('/');
        return new ApiLinks($"{origin}/{RoutePrefix}");
    }

    /// <summary>A run.</summary>
    public string Run(RunId runId) => $"{root}/runs/{runId}";

    /// <summary>A part of a run.</summary>
    public string Run(RunId runId, string part) => $"{root}/runs/{runId}/{part}";

    /// <summary>An intent of a run.</summary>
    public string Intent(RunId runId, IntentId intent) => Run(runId, $"intents/{intent}");

    /// <summary>A run and its parts.</summary>
    public IReadOnlyDictionary<string, string> OfRun(RunId runId) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["self"] = Run(runId),
        ["snapshot"] = Run(runId, "snapshot"),
        ["snapshots"] = Run(runId, "snapshots"),
        ["events"] = Run(runId, "events"),
        ["transitions"] = Run(runId, "transitions"),
        ["intents"] = Run(runId, "intents"),
        ["audit"] = Run(runId, "audit"),
        ["escalations"] = Run(runId, "escalations"),
        ["diagnostics"] = Run(runId, "diagnostics"),
        ["nudge"] = Run(runId, "nudge"),
    };
}
