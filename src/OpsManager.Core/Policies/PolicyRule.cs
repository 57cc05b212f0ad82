using OpsManager.Core.Runs;

namespace OpsManager.Core.Policies;

/// <summary>One policy: when it is broken.</summary>
public sealed class PolicyRule
{
    private readonly Func<LoopRun, DateTimeOffset, PolicyBreach?> _judge;

    internal PolicyRule(string name, string meaning, Func<LoopRun, DateTimeOffset, PolicyBreach?> judge) => (Name, Meaning, _judge) = (name, meaning, judge);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>When it is broken, in words.</summary>
    public string Meaning { get; }

    /// <summary>The breach, or null. The run has not ended.</summary>
    internal PolicyBreach? Judge(LoopRun run, DateTimeOffset now) => _judge(run, now);
}
