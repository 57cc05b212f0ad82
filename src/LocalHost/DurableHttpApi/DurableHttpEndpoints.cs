using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using LocalHost.Functions;
using LocalHost.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Net.Http.Headers;

namespace LocalHost.DurableHttpApi;

/// <summary>The management API that the Durable extension serves, for operators and monitors.</summary>
internal static class DurableHttpEndpoints
{
    private const string Root = "/runtime/webhooks/durabletask";
    private const string ContinuationHeader = "x-ms-continuation-token";
    private const int MaxPageSize = 1000;

    public static void MapDurableHttpApi(this WebApplication app)
    {
        FunctionKeys keys = app.Services.GetRequiredService<FunctionKeys>();
        OrchestrationEngine engine = app.Services.GetRequiredService<OrchestrationEngine>();
        LocalDurableTaskClient client = app.Services.GetRequiredService<LocalDurableTaskClient>();
        FunctionCatalog catalog = app.Services.GetRequiredService<FunctionCatalog>();

        void Map(string method, string route, Func<HttpContext, Task> action)
            => app.MapMethods(Root + route, [method], context => GuardedAsync(context, keys, action));

        Map("GET", "/instances", context => ListAsync(context, engine));
        Map("DELETE", "/instances", context => PurgeManyAsync(context, client));
        Map("GET", "/instances/{instanceId}", context => GetAsync(context, engine));
        Map("DELETE", "/instances/{instanceId}", context => PurgeAsync(context, engine));
        Map("POST", "/instances/{instanceId}/raiseEvent/{eventName}", context => RaiseEventAsync(context, engine));
        Map("POST", "/instances/{instanceId}/terminate", context => TerminateAsync(context, engine));
        Map("POST", "/instances/{instanceId}/suspend", context => ChangeAsync(context, () => engine.SuspendAsync(InstanceId(context), Reason(context), context.RequestAborted)));
        Map("POST", "/instances/{instanceId}/resume", context => ChangeAsync(context, () => engine.ResumeAsync(InstanceId(context), Reason(context), context.RequestAborted)));
        Map("POST", "/instances/{instanceId}/restart", context => RestartAsync(context, client));
        Map("POST", "/orchestrators/{name}/{instanceId?}", context => StartAsync(context, engine, catalog));
    }

    private static string InstanceId(HttpContext context) => (string)context.Request.RouteValues["instanceId"]!;

    private static string? Reason(HttpContext context) => context.Request.Query["reason"].ToString() is { Length: > 0 } reason ? reason : null;

    private static async Task GuardedAsync(HttpContext context, FunctionKeys keys, Func<HttpContext, Task> action)
    {
        if (!keys.Allows(context.Request, AuthorizationLevel.System))
        {
            await Problems.WriteKeyRefusedAsync(context, keys);
            return;
        }

        try
        {
            await action(context);
        }
        catch (InstanceNotFoundException exception)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "instance_not_found", "There is no such instance.", exception.Message);
        }
        catch (InstanceStateException exception)
        {
            await Problems.WriteAsync(context, StatusCodes.Status410Gone, "instance_state", "The instance's status does not allow that.", exception.Message);
        }
        catch (OrchestrationAlreadyExistsException exception)
        {
            await Problems.WriteAsync(context, StatusCodes.Status409Conflict, "instance_exists", "The instance exists already.", exception.Message);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or JsonException or BadHttpRequestException or PayloadTooLargeException)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad_request", "The request cannot be read.", exception.Message);
        }
    }

    private static async Task GetAsync(HttpContext context, OrchestrationEngine engine)
    {
        string instanceId = InstanceId(context);
        InstanceRecord record = await engine.Store.GetInstanceAsync(instanceId, context.RequestAborted)
            ?? throw new InstanceNotFoundException($"There is no orchestration instance with the id '{instanceId}'.");
        bool showInput = !IsFalse(context, "showInput");
        JsonObject payload = InstancePayload.From(record, showInput);
        if (IsTrue(context, "showHistory"))
        {
            StoredCheckpoint? stored = await engine.Store.GetCheckpointAsync(instanceId, context.RequestAborted);
            bool isCurrent = stored?.Checkpoint.StartId == record.StartId;
            IReadOnlyList<HistoryEvent> history = isCurrent ? stored!.Checkpoint.History : [];
            payload["historyEvents"] = InstancePayload.History(history, IsTrue(context, "showHistoryOutput"));
        }

        int status = record switch
        {
            { IsTerminal: false } => StatusCodes.Status202Accepted,
            { RuntimeStatus: OrchestrationRuntimeStatus.Failed } when IsTrue(context, "returnInternalServerErrorOnFailure") => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status200OK,
        };
        if (status == StatusCodes.Status202Accepted)
        {
            context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}{context.Request.QueryString}";
            context.Response.Headers.RetryAfter = "5";
        }

        await WriteAsync(context, status, payload);
    }

    private static async Task ListAsync(HttpContext context, OrchestrationEngine engine)
    {
        InstanceFilter filter = ReadFilter(context);
        int top = context.Request.Query["top"].ToString() is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : OrchestrationQuery.DefaultPageSize;
        string? continuation = context.Request.Headers[ContinuationHeader].ToString() is { Length: > 0 } token ? FromBase64(token) : null;
        InstancePage page = await engine.Store.QueryInstancesAsync(filter, Math.Clamp(top, 1, MaxPageSize), continuation, context.RequestAborted);
        bool showInput = !IsFalse(context, "showInput");
        JsonArray payload = new([.. page.Instances.Select(record => (JsonNode)InstancePayload.From(record, showInput))]);
        if (page.ContinuationToken is not null)
        {
            context.Response.Headers[ContinuationHeader] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(page.ContinuationToken));
        }

        await WriteAsync(context, StatusCodes.Status200OK, payload);
    }

    private static async Task PurgeAsync(HttpContext context, OrchestrationEngine engine)
    {
        string instanceId = InstanceId(context);
        try
        {
            if (!await engine.PurgeAsync(instanceId, recursive: false, context.RequestAborted))
            {
                throw new InstanceNotFoundException($"There is no orchestration instance with the id '{instanceId}'.");
            }
        }
        catch (InstanceStateException exception)
        {
            await Problems.WriteAsync(context, StatusCodes.Status412PreconditionFailed, "instance_state", "Only an instance that has ended can be purged.", exception.Message);
            return;
        }

        await WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["instancesDeleted"] = 1 });
    }

    private static async Task PurgeManyAsync(HttpContext context, LocalDurableTaskClient client)
    {
        InstanceFilter filter = ReadFilter(context);
        if (filter.CreatedFrom is null)
        {
            throw new BadHttpRequestException("Please provide value for createdTimeFrom parameter.");
        }

        PurgeResult result = await client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(filter.CreatedFrom, filter.CreatedTo, filter.Statuses.Count > 0 ? filter.Statuses : null),
            options: null,
            context.RequestAborted);
        if (result.PurgedInstanceCount == 0)
        {
            throw new InstanceNotFoundException("No instance matches the filter.");
        }

        await WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["instancesDeleted"] = result.PurgedInstanceCount });
    }

    private static async Task RaiseEventAsync(HttpContext context, OrchestrationEngine engine)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? contentType)
            || !contentType.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "content_type", "Only application/json request content is supported.");
            return;
        }

        string payload = await ReadJsonAsync(context) ?? throw new BadHttpRequestException("Invalid JSON content: there is none.");
        await ChangeAsync(context, () => engine.RaiseEventAsync(InstanceId(context), (string)context.Request.RouteValues["eventName"]!, payload, context.RequestAborted));
    }

    private static Task TerminateAsync(HttpContext context, OrchestrationEngine engine)
    {
        string? output = Reason(context) is { } reason ? JsonSerializer.Serialize(reason) : null;
        return ChangeAsync(context, () => engine.TerminateAsync(InstanceId(context), output, recursive: false, context.RequestAborted));
    }

    private static async Task RestartAsync(HttpContext context, LocalDurableTaskClient client)
    {
        string instanceId = InstanceId(context);
        _ = await client.GetInstanceAsync(instanceId, context.RequestAborted)
            ?? throw new InstanceNotFoundException($"There is no orchestration instance with the id '{instanceId}'.");
        bool withNewId = !IsFalse(context, "restartWithNewInstanceId");
        try
        {
            string restarted = await client.RestartAsync(instanceId, withNewId, context.RequestAborted);
            await WriteManagementAsync(context, restarted);
        }
        catch (InvalidOperationException exception) when (exception is not OrchestrationAlreadyExistsException)
        {
            throw new BadHttpRequestException(exception.Message, exception);
        }
    }

    private static async Task StartAsync(HttpContext context, OrchestrationEngine engine, FunctionCatalog catalog)
    {
        string name = (string)context.Request.RouteValues["name"]!;
        if (catalog.Find(name, TriggerKind.Orchestration) is not { } function)
        {
            throw new BadHttpRequestException($"There is no orchestrator function named '{name}'.");
        }

        string? input = await ReadJsonAsync(context);
        string instanceId = await engine.StartInstanceAsync(
            new StartRequest(function.Name, context.Request.RouteValues["instanceId"] as string, input, null, null, new Dictionary<string, string>(), []),
            context.RequestAborted);
        await WriteManagementAsync(context, instanceId);
    }

    private static async Task ChangeAsync(HttpContext context, Func<Task> change)
    {
        await change();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static Task WriteManagementAsync(HttpContext context, string instanceId)
    {
        HttpRequest request = context.Request;
        string instance = $"{request.Scheme}://{request.Host}{Root}/instances/{Uri.EscapeDataString(instanceId)}";

        // The key goes back only to who has sent it this way.
        string query = request.Query["code"].ToString() is { Length: > 0 } code ? $"code={Uri.EscapeDataString(code)}" : string.Empty;
        string Link(string path, string parameters = "")
        {
            string joined = string.Join('&', new[] { parameters, query }.Where(part => part.Length > 0));
            return instance + path + (joined.Length > 0 ? "?" + joined : string.Empty);
        }

        context.Response.Headers.Location = Link(string.Empty);
        context.Response.Headers.RetryAfter = "10";
        return WriteAsync(context, StatusCodes.Status202Accepted, new JsonObject
        {
            ["id"] = instanceId,
            ["statusQueryGetUri"] = Link(string.Empty),
            ["sendEventPostUri"] = Link("/raiseEvent/{eventName}"),
            ["terminatePostUri"] = Link("/terminate", "reason={text}"),
            ["purgeHistoryDeleteUri"] = Link(string.Empty),
            ["restartPostUri"] = Link("/restart"),
            ["suspendPostUri"] = Link("/suspend", "reason={text}"),
            ["resumePostUri"] = Link("/resume", "reason={text}"),
        });
    }

    private static InstanceFilter ReadFilter(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        return new InstanceFilter
        {
            CreatedFrom = Time(query["createdTimeFrom"].ToString()),
            CreatedTo = Time(query["createdTimeTo"].ToString()),
            InstanceIdPrefix = query["instanceIdPrefix"].ToString() is { Length: > 0 } prefix ? prefix : null,
            Statuses = query["runtimeStatus"]
                .SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Where(value => Enum.TryParse<OrchestrationRuntimeStatus>(value, ignoreCase: true, out _))
                .Select(value => Enum.Parse<OrchestrationRuntimeStatus>(value, ignoreCase: true))
                .ToList(),
        };

        // The extension takes what it cannot read for absent, statuses too.
        static DateTimeOffset? Time(string text)
            => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }

    private static async Task<string?> ReadJsonAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        string text = await reader.ReadToEndAsync(context.RequestAborted);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        // Only to refuse what is no JSON; the text goes on as it came.
        using (JsonDocument.Parse(text))
        {
            LargeText.EnsureStorable(text);
            return text;
        }
    }

    private static string FromBase64(string token) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(token));

    private static bool IsTrue(HttpContext context, string name) => bool.TryParse(context.Request.Query[name], out bool value) && value;

    private static bool IsFalse(HttpContext context, string name) => bool.TryParse(context.Request.Query[name], out bool value) && !value;

    private static Task WriteAsync(HttpContext context, int status, JsonNode payload)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(payload.ToJsonString(), context.RequestAborted);
    }
}
