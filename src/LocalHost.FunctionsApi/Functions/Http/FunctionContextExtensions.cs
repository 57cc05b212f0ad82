using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextExtensions
{
    // The key under which the real worker's ASP.NET Core middleware stores the request.
    private const string HttpContextKey = "HttpRequestContext";

    public static HttpContext? GetHttpContext(this FunctionContext context)
    {
        if (context.Items.TryGetValue(HttpContextKey, out object? requestContext)
            && requestContext is HttpContext httpContext)
        {
            return httpContext;
        }

        return null;
    }
}
