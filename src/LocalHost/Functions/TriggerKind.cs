namespace LocalHost.Functions;

internal enum TriggerKind
{
    Http,
    Timer,
    Orchestration,
    Activity,
}
