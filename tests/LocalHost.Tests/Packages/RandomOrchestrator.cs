using System.Globalization;
using System.Text;
using Microsoft.DurableTask;

namespace LocalHost.Tests.Packages;

/// <summary>
/// An orchestrator that does whatever an orchestrator may, in an order that its input's seed decides and nothing else, so that every
/// replay does the same. Its custom status tells after each step what it has seen so far.
/// </summary>
internal sealed class RandomOrchestrator
{
    public const string Name = "Random";
    public const string Activity = "Echo";

    /// <summary>Input by which the activity fails.</summary>
    public const string Failing = "fail";

    private const int LastGeneration = 3;

    private readonly TaskOrchestrationContext _context;
    private readonly Input _input;
    private readonly Random _random;
    private readonly List<Task<string>> _open = [];
    private readonly List<CancellationTokenSource> _cancellable = [];
    private readonly StringBuilder _seen = new();

    private RandomOrchestrator(TaskOrchestrationContext context, Input input)
    {
        _context = context;
        _input = input;
        _random = new Random(input.Seed);
    }

    public static async Task<object?> RunAsync(TaskOrchestrationContext context)
        => await new RandomOrchestrator(context, context.GetInput<Input>()!).RunAsync();

    private async Task<string?> RunAsync()
    {
        int steps = _random.Next(1, 10);
        for (int step = 0; step < steps; step++)
        {
            await StepAsync();
            _context.SetCustomStatus(_seen.ToString());
        }

        if (_random.Next(3) > 0)
        {
            _cancellable.ForEach(Cancel);
        }

        int end = _random.Next(10);
        if (end < 6 && _input.Generation < LastGeneration)
        {
            _context.ContinueAsNew(new Input(_random.Next(), _input.Generation + 1, _input.Depth), preserveUnprocessedEvents: _random.Next(2) == 0);
        }

        if (end is 5 or 6)
        {
            throw new FormatException("the end");
        }

        return _seen.ToString();
    }

    private async Task StepAsync()
    {
        switch (_random.Next(17))
        {
            case 0:
                await SeeAsync(CallAsync());
                break;
            case 1:
                _open.Add(CallAsync());
                break;
            case 2:
                await SeeAsync(CallAsync(TaskOptions.FromRetryPolicy(new RetryPolicy(_random.Next(1, 4), TimeSpan.FromMinutes(1), 2.0))));
                break;
            case 3:
                _open.Add(WaitAsync(default));
                break;
            case 4:
                await SeeAsync(WaitAsync(default));
                break;
            case 5:
                TimeSpan timeout = TimeSpan.FromMinutes(_random.Next(1, 60));
                string timed = EventName();
                await SeeAsync(OutcomeAsync($"{timed}<{timeout.TotalMinutes}", () => _context.WaitForExternalEvent<string>(timed, timeout)));
                break;
            case 6:
                _open.Add(WaitAsync(Cancellable()));
                break;
            case 7 when _cancellable.Count > 0:
                Cancel(_cancellable[_random.Next(_cancellable.Count)]);
                break;
            case 8:
                _open.Add(SleepAsync(TimeSpan.FromMinutes(_random.Next(1, 90)), Cancellable()));
                break;
            case 9:
                await SeeAsync(SleepAsync(TimeSpan.FromSeconds(_random.Next(0, 600)), default));
                break;
            case 10:
                _open.Add(SleepAsync(TimeSpan.FromDays(_random.Next(1, 8)), Cancellable()));
                break;
            case 11 or 12 when _open.Count > 0:
                Task<string> first = await Task.WhenAny(_open);
                _open.Remove(first);
                await SeeAsync(first);
                break;
            case 13:
                _context.SendEvent(_random.Next(3) == 0 ? "other" : _context.InstanceId, EventName(), "sent");
                break;
            case 14:
                See(_context.NewGuid().ToString("N")[..4]);
                See(_context.CurrentUtcDateTime.ToString("HHmmss", CultureInfo.InvariantCulture));
                break;
            case 15 when _input.Depth == 0:
                Task<string> child = ChildAsync(_random.Next());
                if (_random.Next(2) == 0)
                {
                    _open.Add(child);
                }
                else
                {
                    await SeeAsync(child);
                }

                break;
            case 16 when _random.Next(4) == 0:
                throw new InvalidOperationException("on the way");
        }
    }

    private Task<string> CallAsync(TaskOptions? options = null)
    {
        string payload = _random.Next(3) == 0 ? Failing : _random.Next(100).ToString(CultureInfo.InvariantCulture);
        return OutcomeAsync("call", () => _context.CallActivityAsync<string>(Activity, payload, options));
    }

    private Task<string> WaitAsync(CancellationToken cancellation)
    {
        string name = EventName();
        return OutcomeAsync(name, () => _context.WaitForExternalEvent<string>(name, cancellation));
    }

    private Task<string> SleepAsync(TimeSpan delay, CancellationToken cancellation)
        => OutcomeAsync("timer", async () =>
        {
            await _context.CreateTimer(delay, cancellation);
            return string.Empty;
        });

    private Task<string> ChildAsync(int seed)
        => OutcomeAsync("child", () => _context.CallSubOrchestratorAsync<string>(Name, new Input(seed, LastGeneration, _input.Depth + 1)));

    private static async Task<string> OutcomeAsync(string what, Func<Task<string>> call)
    {
        try
        {
            return $"{what}={await call()}";
        }
        catch (TaskFailedException exception)
        {
            return $"{what}!{exception.TaskName}#{exception.TaskId}:{exception.FailureDetails.ErrorType}:{exception.FailureDetails.ErrorMessage}";
        }
        catch (OperationCanceledException)
        {
            return $"{what}?";
        }
    }

    private async Task SeeAsync(Task<string> outcome) => See(await outcome);

    private void See(string outcome) => _seen.Append(outcome).Append(' ');

    private CancellationToken Cancellable()
    {
        CancellationTokenSource source = new();
        _cancellable.Add(source);
        return source.Token;
    }

    // At once: the asynchronous form leaves the orchestrator's thread, which no orchestrator may.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    // Two names, one of them in two spellings.
    private string EventName() => _random.Next(3) switch { 0 => "a", 1 => "A", _ => "b" };

    internal sealed record Input(int Seed, int Generation = 0, int Depth = 0);
}
