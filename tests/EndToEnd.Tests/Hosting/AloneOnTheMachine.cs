namespace EndToEnd.Tests.Hosting;

/// <summary>Tests that load the machine and are judged by their time: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnTheMachine
{
    public const string Name = "alone";
}
