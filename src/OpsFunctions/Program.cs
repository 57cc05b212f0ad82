using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpsFunctions.Composition;
using OpsFunctions.Telemetry;

// The worker process under the Functions host. Everything but the host itself is shared with LocalHost.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddOpsFunctions(builder.Configuration);
builder.UseOpsFunctions();
if (TelemetryComposition.IsExporting(builder.Configuration))
{
    // Tells the host that the worker sends its own log lines, which the host would otherwise send a second time.
    builder.Services.Configure<WorkerOptions>(options => options.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
}

await builder.Build().RunAsync();
