using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Tests;

public sealed class RateLimitWaitTests
{
    private static readonly DateTimeOffset Written = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What the output ends with, and how many minutes ago the wait began and is over.</summary>
    public static TheoryData<string, int, int> Waits => new()
    {
        { "[superloop] Rate limit hit (attempt 1/3), will wait and resume\ndate: 1795356779: No such file or directory\n[rate-limit] Waiting 0m until ...\n", 0, 1 },
        { "[rate-limit] Waiting 1h 59m until 2026-01-01 14:00:00...\n", 0, 120 },
        { "[rate-limit] Waiting 10m until ...\n[rate-limit] Still waiting... 10m remaining\n[rate-limit] Still waiting... 9m remaining\n", 2, 9 },
        { "[rate-limit] Still waiting... 1h 5m remaining\n", 1, 65 },
        { "[rate-limit] No reset time provided, waiting 5 minutes...\n", 0, 5 },
        { "[superloop] Waiting 5 minutes before retry...\n\n", 0, 5 },
    };

    public static TheoryData<string> Others => new(
        string.Empty,
        "\n\n",
        "[rate-limit] Waiting 0m until ...\n[rate-limit] Wait complete, resuming...\n",
        "[rate-limit] Waiting 3m until ...\nand an agent that goes on talking\n",
        "[rate-limit] Wait time (99999s) exceeds max (7200s), aborting\n",
        "the log says: [rate-limit] Waiting 3m until ...\n",
        "[rate-limit] Waiting 99999999999m until ...\n");

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_wait_that_the_output_ends_with_is_recognised(string output, int begun, int left) =>
        Assert.Equal(
            new RateLimitWait(Written.AddMinutes(-begun), Written.AddMinutes(left)),
            RateLimitWait.Find(new CapturedOutput(output, Written)));

    [Theory]
    [MemberData(nameof(Others))]
    public void Output_that_goes_on_or_says_something_else_is_no_wait(string output) =>
        Assert.Null(RateLimitWait.Find(new CapturedOutput(output, Written)));

    [Fact]
    public void Without_output_nothing_is_known_of_a_wait() => Assert.Null(RateLimitWait.Find(null));
}
