namespace OpsManager.Sprites.Adapter;

/// <summary>Settings of the boundary, section <c>Adapter</c>. Tokens lie beside them under <c>Adapter:Tokens:&lt;name&gt;</c> and are read by name when needed.</summary>
public sealed class AdapterClientOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Adapter";

    /// <summary>Limit of one reading call, connecting and reading the answer included. 100 ms to 2 min.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Limit of one controlling call, which must wait for the runtime's own commands. 100 ms to 2 min.</summary>
    public TimeSpan ControlTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest accepted answer in bytes; reading stops there. 1 KiB to 256 MiB.</summary>
    public int MaxResponseBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// Upper bound of the events asked for at once, 1 to 1000. A v1 adapter needs 35 to 40 ms for each, so that more than about 200 do not fit
    /// the request's time limit.
    /// </summary>
    public int MaxEventsPerPage { get; set; } = 100;

    /// <summary>
    /// Hosts the manager may call: <c>host</c> (any port), <c>host:port</c>, <c>*.example.org</c> or <c>*.example.org:port</c>. Empty: none.
    /// Also accepted as one text separated by commas or semicolons.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];
}
