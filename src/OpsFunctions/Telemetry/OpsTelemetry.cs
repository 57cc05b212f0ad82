using System.Diagnostics;

namespace OpsFunctions.Telemetry;

/// <summary>The app's traces: one source, and how a span comes into the trace of its run.</summary>
public static class OpsTelemetry
{
    /// <summary>Name of the source of spans and of the meter.</summary>
    public const string Name = "OpsManager";

    /// <summary>Spans of the app.</summary>
    public static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>Version of the app, for whoever compares numbers from before and after an update.</summary>
    public static string Version => typeof(OpsTelemetry).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>
    /// Starts a span in a trace: below the current one if that belongs to the trace, else below the trace context given, with a link to
    /// the current one. There is a span whether or not anybody records it: what is called next is to learn its trace all the same.
    /// </summary>
    /// <param name="name">Name of the span; one of few.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="traceParent">W3C trace context of the run or request; null takes the current one.</param>
    public static Activity StartSpan(string name, ActivityKind kind, string? traceParent)
    {
        var current = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Context : default;
        var given = ActivityContext.TryParse(traceParent, null, isRemote: true, out var parsed);
        var elsewhere = given && current != default && current.TraceId != parsed.TraceId;
        var parent = given && (elsewhere || current == default) ? parsed : current;
        ActivityLink[] links = elsewhere ? [new ActivityLink(current)] : [];
        if (Source.StartActivity(kind, parent, null, links, default, name) is { } recorded)
        {
            return recorded;
        }

        var unrecorded = new Activity(name);
        if (parent != default)
        {
            unrecorded.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        }

        return unrecorded.Start();
    }

    /// <summary>Marks a span as failed, with a code that says why.</summary>
    public static void Fail(this Activity span, string code)
    {
        ArgumentNullException.ThrowIfNull(span);
        span.SetStatus(ActivityStatusCode.Error, code);
        span.SetTag(TelemetryTags.ErrorType, code);
    }
}
