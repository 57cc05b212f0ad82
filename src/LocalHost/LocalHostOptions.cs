using LocalHost.Durable.Engine;

namespace LocalHost;

/// <summary>How a local host is set up. Everything else comes from configuration and host.json.</summary>
public sealed record LocalHostOptions
{
    /// <summary>Command line arguments, for example <c>--urls http://127.0.0.1:7071</c>.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The folder of host.json and local.settings.json.</summary>
    public string ContentRoot { get; init; } = AppContext.BaseDirectory;

    /// <summary>Settings that local.settings.json, environment and command line outrank.</summary>
    public IReadOnlyDictionary<string, string> DefaultSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings that outrank environment and command line.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Orchestrations are kept in memory and end with the process.</summary>
    public bool InMemory { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public DurableTestModes TestModes { get; init; } = new();

    /// <summary>How long a stop waits for running functions.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a start waits for an owner of the task hub that runs on another machine.</summary>
    public TimeSpan OwnershipPatience { get; init; } = TimeSpan.FromSeconds(20);
}
