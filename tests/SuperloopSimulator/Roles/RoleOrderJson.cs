using System.Text.Json.Serialization;

namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>Generated, since a role process is started often and reflection is most of its start-up.</summary>
[JsonSerializable(typeof(RoleOrder))]
internal sealed partial class RoleOrderJson : JsonSerializerContext;
