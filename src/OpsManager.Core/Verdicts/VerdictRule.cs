namespace OpsManager.Core.Verdicts;

/// <summary>One line of the evidence table.</summary>
public sealed class VerdictRule
{
    private readonly Func<VerdictContext, Verdict?> _match;

    internal VerdictRule(string name, string when, string then, Func<VerdictContext, Verdict?> match)
    {
        Name = name;
        When = when;
        Then = then;
        _match = match;
    }

    /// <summary>Its name, as transitions carry it.</summary>
    public string Name { get; }

    /// <summary>What it asks for, in words.</summary>
    public string When { get; }

    /// <summary>What it concludes, in words.</summary>
    public string Then { get; }

    internal Verdict? Match(VerdictContext context) =>
        _match(context) is { } verdict ? verdict with { Rule = Name } : null;
}
