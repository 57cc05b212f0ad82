namespace OpsManager.Core.Divergence;

/// <summary>A contradiction between two things the runtime says.</summary>
public sealed class DivergenceRule
{
    private readonly Func<DivergenceContext, bool> _holds;

    internal DivergenceRule(string code, string meaning, Func<DivergenceContext, bool> holds)
    {
        Code = code;
        Meaning = meaning;
        _holds = holds;
    }

    /// <summary>Its code. Public and stored; the runtime's users know the words.</summary>
    public string Code { get; }

    /// <summary>What contradicts what.</summary>
    public string Meaning { get; }

    internal bool Holds(DivergenceContext context) => _holds(context);
}
