using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using OpsFunctions.Composition;

// The worker process under the Functions host. Everything but the host itself is shared with LocalHost.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddOpsFunctions(builder.Configuration);
builder.UseOpsFunctions();
await builder.Build().RunAsync();
