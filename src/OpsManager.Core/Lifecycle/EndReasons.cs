namespace OpsManager.Core.Lifecycle;

/// <summary>Reason codes of ends that the runtime does not name itself. Stored and public.</summary>
public static class EndReasons
{
    /// <summary>Nothing changed from one iteration to the next.</summary>
    public const string NoProgress = "no_progress";

    /// <summary>A rate limit outlasted the runtime's patience.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>A usage quota blocked the next role.</summary>
    public const string UsageLimit = "usage_limit";

    /// <summary>A role ran into its time limit.</summary>
    public const string RoleTimeout = "role_timeout";

    /// <summary>A delegated task failed its role.</summary>
    public const string DelegationFailed = "delegation_failed";

    /// <summary>The runtime refused to start.</summary>
    public const string StartRefused = "start_refused";

    /// <summary>The endpoint cannot start a runtime.</summary>
    public const string StartUnsupported = "start_unsupported";

    /// <summary>The runtime gave up without saying why, as it does when a runner fails.</summary>
    public const string RunnerExit = "runner_exit";

    /// <summary>Somebody else ended it.</summary>
    public const string External = "external";

    /// <summary>Somebody launched the loop anew, which the runtime allows only once the former run is gone.</summary>
    public const string Superseded = "superseded";

    /// <summary>The leader was killed.</summary>
    public const string Killed = "killed";

    /// <summary>A signal ended the leader, such as that of a fault.</summary>
    public const string Signal = "signal";

    /// <summary>The leader is gone and nobody knows how.</summary>
    public const string Vanished = "vanished";

    /// <summary>The machine was restarted under it.</summary>
    public const string HostRestart = "host_restart";

    /// <summary>A person declared that the sprite is gone.</summary>
    public const string Declared = "declared";

    /// <summary>A person rejected the candidate and the run is not to be launched again.</summary>
    public const string Rejected = "rejected";
}
