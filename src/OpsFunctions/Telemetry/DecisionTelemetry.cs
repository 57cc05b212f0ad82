using Microsoft.Extensions.Logging;
using OpsFunctions.Middleware;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Telemetry;

/// <summary>Tells what a stored decision means: counts it, and logs the ends and escalations that alerts wait for.</summary>
/// <param name="metrics">Numbers.</param>
/// <param name="logger">Logger.</param>
public sealed partial class DecisionTelemetry(RunMetrics metrics, ILogger<DecisionTelemetry> logger)
{
    /// <summary>
    /// Tells of a decision that is stored. One that was stored before is told again in the log, because whoever stored it may have died
    /// before telling; it is not counted again.
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <param name="repeated">Whether it was stored before.</param>
    public void Stored(Decision decision, bool repeated)
    {
        ArgumentNullException.ThrowIfNull(decision);
        foreach (var transition in decision.Transitions)
        {
            if (!repeated)
            {
                metrics.Transitioned(transition.To);
            }

            if (transition.To.IsTerminal())
            {
                if (!repeated)
                {
                    metrics.Ended(transition.To, transition.At - decision.Run.Spec.CreatedAt);
                }

                LogEnd(decision, transition);
            }
        }

        foreach (var raised in decision.Effects.OfType<Effect.RaiseEscalation>())
        {
            if (!repeated)
            {
                metrics.Raised(raised.Code, raised.Severity);
            }

            EscalationRaised(logger, decision.Run.Spec.RunId, raised.Code, raised.Severity, RequestTrace.IdOf(decision.Run.Spec.TraceParent));
        }
    }

    private void LogEnd(Decision decision, Transition transition)
    {
        var (runId, traceId) = (decision.Run.Spec.RunId, RequestTrace.IdOf(decision.Run.Spec.TraceParent));
        var reason = transition.Reason ?? LogWords.NoReason;
        switch (transition.To)
        {
            case LifecycleState.Failed:
                RunFailed(logger, runId, reason, transition.Rule, traceId);
                break;
            case LifecycleState.Crashed:
                RunCrashed(logger, runId, reason, transition.Rule, traceId);
                break;
            case LifecycleState.Lost:
                RunLost(logger, runId, reason, transition.Rule, traceId);
                break;
            case LifecycleState.TimedOut:
                RunTimedOut(logger, runId, reason, transition.Rule, traceId);
                break;
            default:
                RunEnded(logger, runId, transition.To, reason, transition.Rule, traceId);
                break;
        }
    }
}
