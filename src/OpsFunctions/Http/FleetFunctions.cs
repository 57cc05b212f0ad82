using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>All live runs at a glance.</summary>
/// <param name="fleet">Counts the runs.</param>
/// <param name="options">Settings.</param>
public sealed class FleetFunctions(FleetView fleet, IOptions<ApiOptions> options)
{
    /// <summary>Live counts by state and health, and what needs attention.</summary>
    [Function("GetFleet")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "fleet")] HttpRequest request)
    {
        if (new QueryReader(request).Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        return new ApiResult<FleetResource> { Body = await fleet.ReadAsync(links, request.HttpContext.RequestAborted) };
    }
}
