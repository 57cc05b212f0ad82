using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace LocalHost.Tests.FunctionsApi;

/// <summary>Behaviour of the declared package types that the app may come to rely on.</summary>
public sealed class PackageApiTests
{
    [Fact]
    public void Only_the_trigger_without_arguments_has_function_level_by_default()
    {
        Assert.Equal(AuthorizationLevel.Function, new HttpTriggerAttribute().AuthLevel);
        Assert.Equal(AuthorizationLevel.Anonymous, new HttpTriggerAttribute("get").AuthLevel);
        Assert.True(new TimerTriggerAttribute("x").UseMonitor);
    }

    [Fact]
    public void Task_names_and_versions_compare_without_regard_to_case()
    {
        Assert.Equal(new TaskName("Poll"), (TaskName)"POLL");
        Assert.Equal(new TaskVersion("v1"), new TaskVersion("V1"));
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(null));
        Assert.Throws<ArgumentException>(() => new TaskVersion(" "));
    }

    [Fact]
    public void Retry_policies_check_their_arguments()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, maxRetryInterval: second / 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, retryTimeout: second / 2));
        Assert.Equal(TimeSpan.FromHours(1), new RetryPolicy(1, second).MaxRetryInterval);
    }

    [Fact]
    public void A_failure_s_cause_is_found_by_base_types_too()
    {
        TaskFailureDetails details = TaskFailureDetails.FromException(new ObjectDisposedException("x"));

        Assert.True(details.IsCausedBy<InvalidOperationException>());
        Assert.False(details.IsCausedBy<FormatException>());
        Assert.False(new TaskFailureDetails("No.Such.Type", string.Empty, null, null, null).IsCausedBy<Exception>());
    }

    [Fact]
    public void Sub_orchestration_options_keep_what_they_are_made_from()
    {
        TaskOptions options = new(new RetryPolicy(2, TimeSpan.FromSeconds(1))) { Version = "1" };

        SubOrchestrationOptions derived = options.WithInstanceId("child");

        Assert.Equal("child", derived.InstanceId);
        Assert.Equal("child", new SubOrchestrationOptions((TaskOptions)derived).InstanceId);
        Assert.Same(options.Retry, derived.Retry);
        Assert.Equal(new TaskVersion("1"), derived.Version);
    }
}
