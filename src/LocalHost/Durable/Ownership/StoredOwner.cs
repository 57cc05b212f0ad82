namespace LocalHost.Durable.Ownership;

internal sealed record StoredOwner(OwnerRecord Owner, string Version);
