using System.ComponentModel.DataAnnotations;

namespace OpsManager.Storage.Configuration;

/// <summary>Settings of the storage; section <see cref="Section"/>.</summary>
public sealed class StorageOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>
    /// Name of the connection, as the Functions host understands it: a setting with a connection string, or a section with
    /// <c>tableServiceUri</c> and <c>blobServiceUri</c> (or <c>accountName</c>) and, for a chosen identity, <c>credential</c> and <c>clientId</c>.
    /// </summary>
    [Required]
    public string Connection { get; set; } = "AzureWebJobsStorage";

    /// <summary>What table and container names begin with, so that environments can share an account. Letters and digits, a letter first, up to 20; may be empty.</summary>
    [RegularExpression(@"^([A-Za-z][A-Za-z0-9]{0,19})?\z", ErrorMessage = "Storage:TablePrefix takes letters and digits, a letter first, up to 20.")]
    public string TablePrefix { get; set; } = string.Empty;

    /// <summary>One of <see cref="IsolationPolicies"/>.</summary>
    [AllowedValues(IsolationPolicies.OneRunPerSprite, IsolationPolicies.Shared, ErrorMessage = "Storage:IsolationPolicy takes one_run_per_sprite or shared.")]
    public string IsolationPolicy { get; set; } = IsolationPolicies.OneRunPerSprite;

    /// <summary>How often a request that got no answer is repeated by the client, 0 to 10.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>The pause before the first repetition; it doubles from then on, up to 4 s. 10 ms to 4 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:04")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long one try may take, 1 s to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);
}
