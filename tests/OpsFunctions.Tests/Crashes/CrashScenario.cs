namespace OpsFunctions.Tests.Crashes;

/// <summary>A run from its beginning to its end.</summary>
/// <param name="Name">Its name.</param>
/// <param name="End">How it ends: state, reason, and every intent with what became of it; <c>deleted</c> when nothing is to be left.</param>
/// <param name="PlayAsync">What happens.</param>
internal sealed record CrashScenario(string Name, string End, Func<CrashWorld, Task> PlayAsync)
{
    public override string ToString() => Name;
}
