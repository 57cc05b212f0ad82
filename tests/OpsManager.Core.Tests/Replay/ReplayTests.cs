using System.Text;
using OpsManager.Core.Lifecycle;
using Xunit.Abstractions;

namespace OpsManager.Core.Tests.Replay;

public sealed class ReplayTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios => new(RecordedStep.Scenarios.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_step_that_the_artifacts_tell_is_told_right(string scenario)
    {
        var steps = RecordedStep.Scenarios[scenario];
        var wrong = new StringBuilder();
        foreach (var loop in steps.SelectMany(static step => step.Truth.Keys).Distinct(StringComparer.Ordinal))
        {
            var driver = new ReplayDriver(loop, steps[0].CapturedAt);
            foreach (var step in steps)
            {
                driver.Observe(step);
                var (label, reason) = step.Truth[loop];
                var found = driver.Run.Lifecycle;
                var isRight = found.State == TruthTable.States[label] && (reason is null || reason == found.Reason);
                var line = $"{step.Id} {loop}: truth {label} {reason}, found {found.State} {found.Reason} {found.Quiescence} {found.QuiescenceProof}";
                output.WriteLine(line);
                if (TruthTable.Untellable.ContainsKey(step.Id) == isRight)
                {
                    wrong.AppendLine(isRight ? $"{line}: listed as untellable, yet right" : line);
                }
            }

            foreach (var (run, transition) in driver.Transitions)
            {
                output.WriteLine($"  run {run} #{transition.Number} {transition.From} -> {transition.To} by {transition.Rule}: {transition.Evidence}");
            }
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [Fact]
    public void The_list_of_untellable_steps_names_recorded_steps_only()
    {
        var known = RecordedStep.Scenarios.Values.SelectMany(static steps => steps).Select(static step => step.Id).ToHashSet(StringComparer.Ordinal);
        Assert.All(TruthTable.Untellable.Keys, id => Assert.Contains(id, known));
    }

    [Fact]
    public void Every_recorded_label_has_a_state()
    {
        var labels = RecordedStep.Scenarios.Values.SelectMany(static steps => steps).SelectMany(static step => step.Truth.Values).Select(static truth => truth.Label);
        Assert.All(labels, label => Assert.Contains(label, TruthTable.States.Keys));
    }

    [Fact]
    public void The_corpus_is_there() => Assert.True(RecordedStep.Scenarios.Count >= 20);
}
