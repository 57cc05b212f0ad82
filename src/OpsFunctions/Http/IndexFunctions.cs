using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Storage.Index;

namespace OpsFunctions.Http;

/// <summary>Repairs the list of runs. For whoever operates the manager, not for its users: it needs the master key.</summary>
/// <param name="index">The list of runs.</param>
/// <param name="logger">Logger.</param>
public sealed partial class IndexFunctions(IRunIndex index, ILogger<IndexFunctions> logger)
{
    /// <summary>Makes the list anew from the runs.</summary>
    [Function("RebuildIndex")]
    public async Task<IResult> RebuildAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "index/rebuild")] HttpRequest request,
        FunctionContext context)
    {
        if (new QueryReader(request).Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        // A large table takes longer than an answer may: whoever asked may be gone, and the work goes on.
        var runs = await index.RebuildAsync(context?.CancellationToken ?? CancellationToken.None);
        IndexRebuilt(logger, runs);
        return new ApiResult<IndexRebuildResource> { Body = new IndexRebuildResource(runs) };
    }
}
