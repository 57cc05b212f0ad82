using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using CoreExceptions = DurableTask.Core.Exceptions;
using CoreFailure = DurableTask.Core.FailureDetails;

namespace LocalHost.Tests.FunctionsApi;

/// <summary>What the package types do by themselves, asked by name: argument checks, defaults, texts, equality.</summary>
internal static class PackageBehaviour
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>In the order of <c>behaviour.txt</c>.</summary>
    public static IReadOnlyList<(string Name, Func<object?> Ask)> Questions { get; } =
    [
        ("TaskName of null", () => new TaskName(null!).Name),
        ("TaskName from a null text", () => ((TaskName)(string)null!).Name),
        ("TaskName from an empty text", () => ((TaskName)string.Empty).Name),
        ("TaskName as text", () => new TaskName("Poll").ToString()),
        ("TaskNames in two spellings", () => new TaskName("Poll") == "POLL" && new TaskName("Poll").GetHashCode() == new TaskName("poll").GetHashCode()),
        ("TaskVersion of null", () => new TaskVersion(null).Version),
        ("TaskVersion of white space", () => new TaskVersion(" ").Version),
        ("TaskVersions in two spellings", () => new TaskVersion("v1").Equals(new TaskVersion("V1"))),
        ("RetryPolicy of no attempt", () => new RetryPolicy(0, Second)),
        ("RetryPolicy without a pause", () => new RetryPolicy(1, TimeSpan.Zero)),
        ("RetryPolicy with a shrinking pause", () => new RetryPolicy(1, Second, 0.9)),
        ("RetryPolicy with a longest pause below the first", () => new RetryPolicy(1, Second, maxRetryInterval: Second / 2)),
        ("RetryPolicy with a time below the first pause", () => new RetryPolicy(1, Second, retryTimeout: Second / 2)),
        ("RetryPolicy's defaults", () => Text(new RetryPolicy(2, Second))),
        ("RetryPolicy without limits", () => Text(new RetryPolicy(2, Second, 2.5, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))),
        ("RetryPolicy's own handler", () => new RetryPolicy(2, Second).Handle(new InvalidOperationException())),
        ("RetryPolicy's handler of failures asked of an exception", () => new RetryPolicy(2, Second) { HandleFailure = _ => true }.Handle(new InvalidOperationException())),
        ("RetryPolicy's handler of failures asked of a task's failure", () => new RetryPolicy(2, Second) { HandleFailure = details => details.ErrorType == "E" }.Handle(TaskFailure("E"))),
        ("TaskOptions of null options", () => new TaskOptions((TaskOptions)null!)),
        ("TaskOptions from a null policy", () => TaskOptions.FromRetryPolicy(null!).Retry is null),
        ("TaskOptions from a null handler", () => TaskOptions.FromRetryHandler((RetryHandler)null!)),
        ("TaskRetryOptions of a null policy", () => new TaskRetryOptions((RetryPolicy)null!)),
        ("TaskRetryOptions of a null handler", () => new TaskRetryOptions((AsyncRetryHandler)null!)),
        ("TaskRetryOptions of a handler", () => new TaskRetryOptions((AsyncRetryHandler)(_ => Task.FromResult(true))).Policy is null),
        ("SubOrchestrationOptions made twice", () => new SubOrchestrationOptions((TaskOptions)new TaskOptions().WithInstanceId("child")).InstanceId),
        ("SubOrchestrationOptions with another id", () => new SubOrchestrationOptions((TaskOptions)new TaskOptions().WithInstanceId("child"), "other").InstanceId),
        ("SubOrchestrationOptions keep the version", () => (new TaskOptions { Version = "1" }.WithInstanceId("child").Version?.Version, new SubOrchestrationOptions { Version = "2" }.Version?.Version)),
        ("SubOrchestrationOptions of null options", () => new SubOrchestrationOptions((SubOrchestrationOptions)null!)),
        ("StartOrchestrationOptions' defaults", () => Text(new StartOrchestrationOptions())),
        ("StartOrchestrationOptions of null options", () => new StartOrchestrationOptions(null!)),
        ("Statuses that may block a start", () => string.Join(',', StartOrchestrationOptionsExtensions.ValidDedupeStatuses)),
        ("Statuses asked to block a start", () => string.Join(',', new StartOrchestrationOptions().WithDedupeStatuses(OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Failed).DedupeStatuses!)),
        ("ContinueAsNewOptions' defaults", () => (new ContinueAsNewOptions().PreserveUnprocessedEvents, new ContinueAsNewOptions().NewInput, new ContinueAsNewOptions().NewVersion)),
        ("JsonDataConverter writes nothing", () => JsonDataConverter.Default.Serialize(null)),
        ("JsonDataConverter writes names as they are", () => JsonDataConverter.Default.Serialize(new { AbC = 1 })),
        ("JsonDataConverter writes fields", () => JsonDataConverter.Default.Serialize((1, "x"))),
        ("JsonDataConverter reads nothing", () => JsonDataConverter.Default.Deserialize(null, typeof(string))),
        ("JsonDataConverter reads nothing as a number", () => JsonDataConverter.Default.Deserialize<int>(null)),
        ("JsonDataConverter reads what is no JSON", () => JsonDataConverter.Default.Deserialize<int>("x")),
        ("TaskFailureDetails of no exception", () => TaskFailureDetails.FromException(null!)),
        ("TaskFailureDetails of a nested exception", () => Text(TaskFailureDetails.FromException(new FormatException("outer", new InvalidCastException("inner"))))),
        ("TaskFailureDetails of a task's failure", () => Text(TaskFailureDetails.FromException(TaskFailure("E")))),
        ("TaskFailureDetails of a task's failure without details", () => Text(TaskFailureDetails.FromException(new CoreExceptions.TaskFailedException("reason")))),
        ("TaskFailureDetails as text", () => new TaskFailureDetails("E", "message", "stack", null, null).ToString()),
        ("A failure caused by a base type", () => TaskFailureDetails.FromException(new ObjectDisposedException("x")).IsCausedBy<InvalidOperationException>()),
        ("A failure not caused by a type", () => TaskFailureDetails.FromException(new ObjectDisposedException("x")).IsCausedBy<FormatException>()),
        ("A failure of an unknown type", () => new TaskFailureDetails("No.Such.Type", string.Empty, null, null, null).IsCausedBy<Exception>()),
        ("A failure without a type", () => new TaskFailureDetails(string.Empty, string.Empty, null, null, null).IsCausedBy<Exception>()),
        ("A failure caused by what is no exception", () => new TaskFailureDetails("E", string.Empty, null, null, null).IsCausedBy(typeof(string))),
        ("A failure caused by no type", () => new TaskFailureDetails("E", string.Empty, null, null, null).IsCausedBy(null!)),
        ("TaskFailedException's text with details", () => new TaskFailedException("Poll", 3, new TaskFailureDetails("E", "message", null, null, null)).Message),
        ("TaskFailedException's text with an exception", () => new TaskFailedException("Poll", 3, new FormatException("message")).Message),
        ("TaskFailedException's text with a task's failure", () => new TaskFailedException("Poll", 3, TaskFailure("E")).Message),
        ("TaskFailedException's inner exception", () => new TaskFailedException("Poll", 3, new FormatException("message")).InnerException?.GetType()),
        ("OrchestrationMetadata while it runs", () => Ran(OrchestrationRuntimeStatus.Running)),
        ("OrchestrationMetadata while it is pending", () => Ran(OrchestrationRuntimeStatus.Pending)),
        ("OrchestrationMetadata while it is suspended", () => Ran(OrchestrationRuntimeStatus.Suspended)),
        ("OrchestrationMetadata when it has completed", () => Ran(OrchestrationRuntimeStatus.Completed)),
        ("OrchestrationMetadata when it has failed", () => Ran(OrchestrationRuntimeStatus.Failed)),
        ("OrchestrationMetadata when it was terminated", () => Ran(OrchestrationRuntimeStatus.Terminated)),
        ("OrchestrationMetadata's input, not asked for", () => new OrchestrationMetadata("Main", "i1").ReadInputAs<int>()),
        ("OrchestrationMetadata's output, not asked for", () => new OrchestrationMetadata("Main", "i1").ReadOutputAs<int>()),
        ("OrchestrationMetadata's status, not asked for", () => new OrchestrationMetadata("Main", "i1").ReadCustomStatusAs<int>()),
        ("OrchestrationMetadata's input", () => new OrchestrationMetadata("Main", "i1") { DataConverter = JsonDataConverter.Default, SerializedInput = "7" }.ReadInputAs<int>()),
        ("OrchestrationMetadata as text", () => new OrchestrationMetadata("Main", "i1") { RuntimeStatus = OrchestrationRuntimeStatus.Failed, SerializedInput = "7", SerializedOutput = "\"o\"", SerializedCustomStatus = "{}" }.ToString()),
        ("OrchestrationQuery's defaults", () => Text(new OrchestrationQuery())),
        ("PurgeInstancesFilter's defaults", () => (new PurgeInstancesFilter().CreatedFrom, new PurgeInstancesFilter().Statuses, new PurgeInstancesFilter().Timeout)),
        ("PurgeResult of a count", () => (new PurgeResult(3).PurgedInstanceCount, new PurgeResult(3).IsComplete)),
        ("PurgeResult of a count below zero", () => new PurgeResult(-1)),
        ("TerminateInstanceOptions' defaults", () => (new TerminateInstanceOptions().Output, new TerminateInstanceOptions().Recursive, new PurgeInstanceOptions().Recursive)),
        ("Versions: none and one", () => TaskOrchestrationVersioningUtils.CompareVersions(string.Empty, "1") < 0),
        ("Versions: by number", () => TaskOrchestrationVersioningUtils.CompareVersions("1.10", "1.9") > 0),
        ("Versions: by text", () => TaskOrchestrationVersioningUtils.CompareVersions("beta", "Alpha") > 0),
        ("Versions: one spelling or another", () => TaskOrchestrationVersioningUtils.CompareVersions("v1", "V1")),
        ("FunctionAttribute without a name", () => new FunctionAttribute(null!).Name),
        ("HttpTrigger without arguments", () => Text(new HttpTriggerAttribute())),
        ("HttpTrigger with methods", () => Text(new HttpTriggerAttribute("get", "post"))),
        ("HttpTrigger with a level", () => Text(new HttpTriggerAttribute(AuthorizationLevel.Admin))),
        ("HttpTrigger with both", () => Text(new HttpTriggerAttribute(AuthorizationLevel.System, "get") { Route = "r" })),
        ("TimerTrigger's defaults", () => (new TimerTriggerAttribute("x").Schedule, new TimerTriggerAttribute("x").UseMonitor, new TimerTriggerAttribute("x").RunOnStartup)),
        ("TimerTrigger without a schedule", () => new TimerTriggerAttribute(null!).Schedule),
        ("FunctionParameter of a number", () => new FunctionParameter("p", typeof(int)).IsReferenceOrNullableType),
        ("FunctionParameter of a number or nothing", () => new FunctionParameter("p", typeof(int?)).IsReferenceOrNullableType),
        ("FunctionParameter with a default", () => (new FunctionParameter("p", typeof(int), true, 7).HasDefaultValue, new FunctionParameter("p", typeof(int), true, 7).DefaultValue, new FunctionParameter("p", typeof(int)).Properties.Count)),
        ("FunctionParameter without a name", () => new FunctionParameter(null!, typeof(int))),
        ("FunctionParameter without a type", () => new FunctionParameter("p", null!)),
        ("An activity's context asked for a logger by nobody", () => FunctionContextLoggerExtensions.GetLogger(null!, "x")),
    ];

    /// <summary>An answer, or the exception that came instead, as one line.</summary>
    public static string Answer(Func<object?> ask)
    {
        try
        {
            return Convert.ToString(ask(), CultureInfo.InvariantCulture) switch
            {
                null or "" => "(nothing)",
                { } text => text,
            };
        }
        catch (ArgumentException exception)
        {
            return $"throws {exception.GetType()} for {exception.ParamName}";
        }
        catch (Exception exception)
        {
            return $"throws {exception.GetType()}";
        }
    }

    private static CoreExceptions.TaskFailedException TaskFailure(string type)
        => new(1, 2, "Poll", string.Empty, "reason", null!) { FailureDetails = new CoreFailure(type, "message", null, null, isNonRetriable: false) };

    private static string Ran(OrchestrationRuntimeStatus status)
    {
        OrchestrationMetadata instance = new("Main", "i1") { RuntimeStatus = status };
        return $"running {instance.IsRunning}, completed {instance.IsCompleted}";
    }

    private static string Text(RetryPolicy policy)
        => string.Create(CultureInfo.InvariantCulture, $"{policy.MaxNumberOfAttempts} {policy.FirstRetryInterval} {policy.BackoffCoefficient} {policy.MaxRetryInterval} {policy.RetryTimeout}");

    private static string Text(StartOrchestrationOptions options)
        => $"{options.InstanceId ?? "-"} {options.StartAt?.ToString() ?? "-"} {options.Tags.Count} {options.Version?.Version ?? "-"} {options.DedupeStatuses?.Count.ToString(CultureInfo.InvariantCulture) ?? "-"}";

    private static string Text(TaskFailureDetails details)
        => $"{details.ErrorType}: {details.ErrorMessage}, {(details.InnerFailure is { } inner ? Text(inner) : "no inner")}, {details.Properties?.Count.ToString(CultureInfo.InvariantCulture) ?? "no properties"}";

    private static string Text(OrchestrationQuery query)
        => $"{query.PageSize} {query.FetchInputsAndOutputs} {query.InstanceIdPrefix ?? "-"} {query.ContinuationToken ?? "-"} {query.Statuses?.Count().ToString(CultureInfo.InvariantCulture) ?? "-"}";

    private static string Text(HttpTriggerAttribute trigger)
        => $"{trigger.AuthLevel} [{(trigger.Methods is null ? "-" : string.Join(',', trigger.Methods))}] {trigger.Route ?? "-"}";
}
