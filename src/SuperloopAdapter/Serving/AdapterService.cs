using System.Globalization;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Control;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Serving;

/// <summary>
/// The HTTP front end. Few fixed paths, no binding and no reflection: each handler reads the query itself, because the
/// texts of its refusals are part of the wire contract.
/// </summary>
internal sealed partial class AdapterService(Adapter adapter, TokenGate gate, TimeProvider time, ILogger<AdapterService> log)
{
    private const int MaxTraceId = 200;

    public static WebApplication Create(Adapter adapter, ServeOptions options, TimeProvider time, Action<WebApplicationBuilder>? configure = null)
    {
        // Empty: the other builders take settings, further addresses to listen on among them, from a file in the folder the service is started in, where
        // an agent may write, and from the environment.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole();
        // stdout carries answers only.
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxConcurrentConnections = 128;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Listen(options.Listen);
        });
        configure?.Invoke(builder);
        var app = builder.Build();
        var service = new AdapterService(adapter, new TokenGate(options.Token), time, app.Services.GetRequiredService<ILogger<AdapterService>>());
        app.Run(service.HandleAsync);
        return app;
    }

    public async Task HandleAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        try
        {
            await RouteAsync(context);
        }
        catch (AdapterException e)
        {
            await RefuseAsync(context, e.Error);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, AdapterError.InvalidRequest("the request cannot be read") with { HttpStatus = e.StatusCode });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Failed(context.Request.Path, e);
            await RefuseAsync(context, AdapterError.Internal());
        }

        Served(context.Request.Method, context.Request.Path, context.Response.StatusCode, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private static Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private static string? TraceIdOf(HttpContext context)
    {
        var traceId = context.Request.Headers["X-Trace-Id"].ToString();
        if (traceId.Length > MaxTraceId)
        {
            throw new AdapterException(AdapterError.InvalidRequest($"X-Trace-Id may have at most {MaxTraceId} characters"));
        }

        return traceId.Length == 0 ? null : traceId;
    }

    private static long Number(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
        {
            return 0;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw new AdapterException(AdapterError.InvalidRequest($"query parameter '{name}' must be an integer"));
        }

        return value >= 0 ? value : throw new AdapterException(AdapterError.InvalidRequest($"query parameter '{name}' must be >= 0"));
    }

    private Task RouteAsync(HttpContext context)
    {
        if (!gate.Admits(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new AdapterException(AdapterError.Unauthorized());
        }

        // Compared without normalisation: only exactly these paths exist.
        return context.Request.Path.Value switch
        {
            "/healthz" => Only(HttpMethods.Get, context, static (_, c) => WriteAsync(c, 200, RunningBuild.Health())),
            "/ops/snapshot" => Only(HttpMethods.Get, context, static (s, c) => s.SnapshotAsync(c)),
            "/ops/events" => Only(HttpMethods.Get, context, static (s, c) => s.EventsAsync(c)),
            "/ops/diagnostics" => Only(HttpMethods.Get, context, static (s, c) => s.DiagnosticsAsync(c)),
            "/ops/control" => Only(HttpMethods.Post, context, static (s, c) => s.ControlAsync(c)),
            "/ops/start" when adapter.CanStart => Only(HttpMethods.Post, context, static (s, c) => s.StartAsync(c)),
            _ => throw new AdapterException(AdapterError.NotFound()),
        };
    }

    private Task Only(string method, HttpContext context, Func<AdapterService, HttpContext, Task> handle)
    {
        if (string.Equals(context.Request.Method, method, StringComparison.OrdinalIgnoreCase))
        {
            return handle(this, context);
        }

        context.Response.Headers.Allow = method;
        throw new AdapterException(AdapterError.MethodNotAllowed());
    }

    private async Task StartAsync(HttpContext context)
    {
        StartRequest request;
        try
        {
            // As an element first: what is not JSON, and what is not an object, have their own refusals on this wire.
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content, context.RequestAborted);
            using var body = JsonText.Parse(content.ToArray());
            if (body.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new AdapterException(AdapterError.InvalidRequest("request body must be an object"));
            }

            LoopId.Check(((JsonElement?)body.RootElement).Text("loopId"));
            request = Read(body.RootElement);
        }
        catch (JsonException)
        {
            throw new AdapterException(AdapterError.InvalidJson());
        }

        // Not cancelled with the request: a launch whose caller went away is still to be answered when it asks again.
        await WriteAsync(context, 200, await adapter.StartAsync(request, CancellationToken.None));
    }

    private async Task ControlAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var key = context.Request.Headers["X-Idempotency-Key"].ToString();
        var request = ControlRequests.Read(body.ToArray(), key.Length == 0 ? null : key, TraceIdOf(context));
        if (request.TraceId is null)
        {
            request = request with { TraceId = Guid.NewGuid().ToString() };
        }

        // Not cancelled with the request: half an intent is worse than one whose caller went away and asks again.
        var answer = await adapter.ControlAsync(request, CancellationToken.None);
        Controlled(request.Intent, request.LoopId, request.RunId, request.IntentId, answer.Result?.Status, answer.Error?.Code);
        await WriteAsync(context, answer.Ok ? 200 : 409, WireJson.Write(answer));
    }

    private static StartRequest Read(JsonElement body)
    {
        try
        {
            return body.Deserialize(ContractJsonContext.Default.StartRequest)!;
        }
        catch (JsonException)
        {
            throw new AdapterException(AdapterError.InvalidRequest("runId, attempt, generation, order and loopId are required"));
        }
    }

    private async Task SnapshotAsync(HttpContext context)
    {
        var snapshot = await adapter.SnapshotAsync(context.Request.Query["loopId"], TraceIdOf(context), context.RequestAborted);
        await WriteAsync(context, 200, snapshot);
    }

    private async Task DiagnosticsAsync(HttpContext context) =>
        await WriteAsync(context, 200, await adapter.DiagnosticsAsync(context.Request.Query["loopId"], context.RequestAborted));

    private async Task EventsAsync(HttpContext context)
    {
        string? loopId = context.Request.Query["loopId"];
        LoopId.Check(loopId);
        var cursor = Number(context, "cursor");
        var maxEvents = (int)Math.Min(Number(context, "maxEvents"), int.MaxValue);
        LogPage page = await adapter.EventsAsync(loopId, cursor, maxEvents, TraceIdOf(context), context.RequestAborted);
        await WriteAsync(context, 200, adapter.WritePage(loopId!, page));
    }

    private async Task RefuseAsync(HttpContext context, AdapterError error)
    {
        if (!context.Response.HasStarted)
        {
            await WriteAsync(context, error.HttpStatus, ErrorDocument.Write(error, time));
        }
    }

    // The path is logged, the query and headers are not: they may carry what is nobody's business.
    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} answered {Status} in {ElapsedMs} ms")]
    private partial void Served(string method, string path, int status, double elapsedMs);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Intent} of loop {Loop}, run {Run}, intent {IntentId}: {Status} {Code}")]
    private partial void Controlled(string intent, string loop, string? run, string? intentId, string? status, string? code);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed")]
    private partial void Failed(string path, Exception exception);
}
