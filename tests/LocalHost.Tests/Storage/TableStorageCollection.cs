namespace LocalHost.Tests.Storage;

[CollectionDefinition(Name)]
public sealed class TableStorageCollection : ICollectionFixture<TableStorageFixture>
{
    public const string Name = "Table Storage";
}
