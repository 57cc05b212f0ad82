namespace OpsFunctions.Telemetry;

/// <summary>
/// Names of attributes. The first group is OpenTelemetry's for pipelines, in which a Loop Run is a run, a role a task and the sprite the
/// worker. Those of the last group may stand on spans only: a metric with a run's id would be a new series for every run.
/// </summary>
internal static class TelemetryTags
{
    public const string PipelineName = "cicd.pipeline.name";
    public const string PipelineResult = "cicd.pipeline.result";
    public const string PipelineRunState = "cicd.pipeline.run.state";
    public const string ErrorType = "error.type";

    public const string State = "opsmanager.run.state";
    public const string PollOutcome = "opsmanager.poll.outcome";
    public const string EngineStatus = "opsmanager.engine.status";
    public const string EscalationCode = "opsmanager.escalation.code";
    public const string EscalationSeverity = "opsmanager.escalation.severity";
    public const string SinkType = "opsmanager.sink.type";
    public const string NotificationOutcome = "opsmanager.notification.outcome";

    public const string RunId = "cicd.pipeline.run.id";
    public const string Cycle = "opsmanager.cycle";
    public const string Generation = "opsmanager.generation";
    public const string Attempt = "opsmanager.attempt";
    public const string Intent = "opsmanager.intent.id";
    public const string Verb = "opsmanager.intent.verb";
    public const string Outcome = "opsmanager.outcome";
    public const string Sprite = "cicd.worker.name";
}
