namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>Exit codes by which a role's process tells the runtime more than success and failure.</summary>
internal static class RoleExit
{
    public const int TimedOut = 124;
    public const int RateLimited = 125;
}
