namespace OpsManager.Notifications.Configuration;

/// <summary>Kinds of sinks.</summary>
public enum SinkType
{
    /// <summary>Any HTTP endpoint, signed as Standard Webhooks says.</summary>
    Webhook,

    /// <summary>A Slack incoming webhook.</summary>
    Slack,

    /// <summary>PagerDuty's Events API v2.</summary>
    PagerDuty,
}
