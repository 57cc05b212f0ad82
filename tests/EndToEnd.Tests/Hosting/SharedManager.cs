namespace EndToEnd.Tests.Hosting;

/// <summary>Tests that share one manager and leave it running.</summary>
[CollectionDefinition(Name)]
public sealed class SharedManager : ICollectionFixture<ManagerUnderTest>
{
    public const string Name = "manager";
}
