namespace LocalHost.Tests.Storage;

[CollectionDefinition(Name)]
public sealed class TableStorageGroup : ICollectionFixture<TableStorageFixture>
{
    public const string Name = "Table Storage";
}
