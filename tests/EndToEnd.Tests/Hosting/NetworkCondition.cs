namespace EndToEnd.Tests.Hosting;

/// <summary>What the network between the manager and an adapter does.</summary>
public enum NetworkCondition
{
    /// <summary>Everything passes.</summary>
    Clear,

    /// <summary>Connections are cut.</summary>
    Dropping,

    /// <summary>No answer comes.</summary>
    Hanging,

    /// <summary>What comes is no JSON.</summary>
    Garbling,

    /// <summary>Envelopes of a version that nobody knows.</summary>
    FutureVersion,
}
