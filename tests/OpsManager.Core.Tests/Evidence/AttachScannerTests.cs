using OpsManager.Core.Evidence;

namespace OpsManager.Core.Tests.Evidence;

public sealed class AttachScannerTests
{
    /// <summary>Names of the log's lines, and the line the run begins after.</summary>
    public static TheoryData<string, long> Logs => new()
    {
        { "", 0 },
        { "loop_start iteration_start role_start", 0 },
        { "loop_start loop_complete loop_start iteration_start", 2 },
        { "loop_start approval_requested loop_start approval_wait", 0 },
        { "loop_start approval_requested loop_start approval_wait loop_start approval_wait", 0 },
        { "loop_start approval_requested loop_start approval_wait approval_decision loop_start approval_consumed loop_complete", 5 },
        { "loop_start approval_requested loop_start approval_decision approval_wait", 0 },
        { "loop_start approval_requested loop_start line_quarantined approval_wait", 0 },
        { "loop_start loop_stop loop_start", 2 },
        { "loop_start loop_start iteration_start", 1 },
        { "role_end loop_complete", 2 },
        { "line_quarantined loop_start iteration_start", 1 },
    };

    [Theory]
    [MemberData(nameof(Logs))]
    public void The_run_begins_at_the_newest_launch_that_was_no_mere_wait(string log, long expected)
    {
        var facts = Facts(log);
        Assert.Equal(expected, AttachScanner.BaseLine(AttachScanner.Apply(AttachScan.Beginning, facts)));

        // In pages, and with a page read twice.
        for (var page = 1; page <= facts.Count; page++)
        {
            var scan = AttachScanner.Apply(AttachScan.Beginning, facts.Take(page));
            scan = AttachScanner.Apply(scan, facts.Take(page));
            Assert.Equal(expected, AttachScanner.BaseLine(AttachScanner.Apply(scan, facts.Skip(page))));
        }
    }

    private static List<EventFact> Facts(string log) => log
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(static (name, index) => new EventFact { Sequence = index + 1, Epoch = 1, Line = index + 1, Name = name, RuntimeRunId = $"r{index}" })
        .ToList();
}
