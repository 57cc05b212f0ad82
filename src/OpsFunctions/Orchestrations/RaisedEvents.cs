using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using OpsFunctions.Activities;

// The logger is the context's replay-safe one, kept in a field, where the analyzer does not follow it; DisciplineTests holds the rule.
#pragma warning disable DURABLE0010

namespace OpsFunctions.Orchestrations;

/// <summary>
/// The events that are raised at an engine: wakes, which a poll answers, and what asks for something, which is carried until it is
/// kept in the run's partition.
/// </summary>
internal sealed partial class RaisedEvents
{
    // So that a flood of events does not keep the engine from its run.
    private const int EventsPerTurn = 10;
    private const int TriesOfEvent = 3;

    // More than the largest request in JSON, with every character escaped.
    private const int EventTextLimit = 32 * 1024;
    private const string IntentMember = "intent";

    private readonly TaskOrchestrationContext _context;
    private readonly ILogger _logger;
    private readonly EngineInput _input;

    // One wait of each name for the whole execution: a wait that is abandoned stays on the framework's stack and eats an event, and before
    // Durable Task 1.27 one that was cancelled did too.
    private Task<JsonElement?> _wake;
    private Task<JsonElement?> _asked;

    /// <summary>Begins to wait.</summary>
    public RaisedEvents(TaskOrchestrationContext context, EngineInput input, ILogger logger)
    {
        (_context, _input, _logger) = (context, input, logger);
        Carried = input.Events;
        _wake = Await(LoopRunOrchestrator.WakeEvent);
        _asked = Await(LoopRunOrchestrator.IntentEvent);
    }

    /// <summary>What was taken and is not yet kept; null when there is nothing.</summary>
    public IReadOnlyList<RawEvent>? Carried { get; private set; }

    /// <summary>Whether an event is there that was not taken yet.</summary>
    public bool AreThere => _wake.IsCompleted || _asked.IsCompleted;

    /// <summary>Waits for a task or an event, whichever comes first, and returns the task that ended.</summary>
    public Task<Task> WaitAsync(Task other) => Task.WhenAny(_wake, _asked, other);

    /// <summary>
    /// Takes every event that is there: one poll answers all wakes, and what asks for something is carried until it is kept. The next
    /// wait is registered before anything is awaited. Returns whether there was any.
    /// </summary>
    /// <param name="cycle">The present cycle.</param>
    public async Task<bool> TakeAsync(long cycle)
    {
        var any = false;
        while (AreThere)
        {
            any = true;
            await TakeWhatAsksAsync(cycle);
            if (!_wake.IsCompleted)
            {
                continue;
            }

            var wake = _wake;
            _wake = Await(LoopRunOrchestrator.WakeEvent);
            if (await PayloadAsync(wake) is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(IntentMember, out var intent))
            {
                Carry(intent, cycle);
            }
        }

        return any;
    }

    /// <summary>Takes the events that ask for something and leaves wakes where they are: they end the next wait.</summary>
    /// <param name="cycle">The present cycle.</param>
    public async Task TakeWhatAsksAsync(long cycle)
    {
        while (_asked.IsCompleted)
        {
            var asked = _asked;
            _asked = Await(LoopRunOrchestrator.IntentEvent);
            Carry(await PayloadAsync(asked), cycle);
        }
    }

    /// <summary>Has carried events kept: intents where they can be read, possible or refused, and a note where not. Returns what kept it from that, if anything.</summary>
    public async Task<TaskFailedException?> KeepAsync()
    {
        for (var kept = 0; kept < EventsPerTurn && Carried is { } events; kept++)
        {
            try
            {
                // Asked again after a lost answer it is the same event, and is kept once.
                var outcome = await _context.CallActivityAsync<TakeEventOutcome>(nameof(TakeEventActivity), new TakeEventRequest(_input.RunId, events[0]));
                EventTaken(_logger, _input.RunId, events[0].Id, outcome, _input.TraceId);
                Carried = Without(events);
            }
            catch (TaskFailedException exception)
            {
                return exception;
            }
        }

        return null;
    }

    /// <summary>
    /// An event that could not be kept although the store worked in the same cycle: it is not the store that is at fault. It must not
    /// keep the engine from its run for ever.
    /// </summary>
    public void CountTry()
    {
        if (Carried is not { } events)
        {
            return;
        }

        var tried = events[0] with { Tries = events[0].Tries + 1 };
        if (tried.Tries >= TriesOfEvent)
        {
            EventGivenUp(_logger, _input.RunId, tried.Id, tried.Tries, _input.TraceId);
            Carried = Without(events);
            return;
        }

        Carried = [tried, .. events.Skip(1)];
    }

    private Task<JsonElement?> Await(string name) => _context.WaitForExternalEvent<JsonElement?>(name);

    // It has ended already; a payload that is no JSON has failed it.
    private static async Task<JsonElement?> PayloadAsync(Task<JsonElement?> taken)
    {
        _ = taken.Exception;
        return taken.IsCompletedSuccessfully ? await taken : null;
    }

    private void Carry(JsonElement? payload, long cycle)
    {
        var text = payload is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } element ? element.GetRawText() : null;

        // The framework's ids are unique within an execution, and from one to the next only if its clock has moved.
        var id = string.Create(CultureInfo.InvariantCulture, $"{_context.NewGuid():N}-{cycle}");
        Carried = [.. Carried ?? [], new RawEvent(id, text?.Length > EventTextLimit ? text[..EventTextLimit] : text)];
    }

    private static IReadOnlyList<RawEvent>? Without(IReadOnlyList<RawEvent> events) => events.Count == 1 ? null : [.. events.Skip(1)];
}
