namespace EndToEnd.Tests.Hosting;

/// <summary>Tests that load the machine and are judged by their time: nothing else runs beside them. By the trait, <c>./ops test</c> runs them apart from the other test programs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnTheMachine
{
    public const string Name = "alone";
    public const string Trait = "Machine";
}
