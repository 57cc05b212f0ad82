using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpsFunctions.Activities;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Support;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>Telemetry and cost of a run that its orchestration drives.</summary>
public sealed class HostedRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task The_trace_of_the_request_reaches_the_adapter_with_every_poll()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var headers = new List<(string TraceParent, string TraceId)>();
        await using var adapter = await StubAsync(request =>
        {
            lock (headers)
            {
                headers.Add((request.Headers["traceparent"].ToString(), request.Headers["X-Trace-Id"].ToString()));

                // The probe of the start, and two polls.
                if (headers.Count == 3)
                {
                    seen.TrySetResult();
                }
            }
        });
        await using var app = await HostedApp.StartAsync(TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs")
        {
            Content = JsonContent.Create(new { launch = "attach", loopId = "demo-loop", sprite = new { name = "traced", endpoint = adapter.Urls.Single() } }),
        };
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");

        using var answer = await app.Http.SendAsync(request);
        var run = await answer.Content.ReadFromJsonAsync<JsonElement>();
        await seen.Task.WaitAsync(Patience);

        Assert.Equal(trace, run.GetProperty("traceId").GetString());
        lock (headers)
        {
            Assert.All(headers, header => Assert.Equal((trace, trace), (ActivityContext.Parse(header.TraceParent, null).TraceId.ToHexString(), header.TraceId)));
            Assert.Equal(headers.Count, headers.Select(header => header.TraceParent).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_quiet_cycle_is_one_timer_one_activity_and_two_requests()
    {
        const int cycles = 10;
        var time = new FakeTimeProvider(Samples.Start);
        var adapter = new FakeAdapter(time).Log("loop_start", "iteration_start");
        await using var app = await HostedApp.StartAsync(time, services => services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(adapter)));
        var client = app.Services.GetRequiredService<DurableTaskClient>();
        var head = ((CreateRunResult.Created)await app.Storage.Store.CreateAsync(new NewRun(Samples.Run(), null, "hash"), default)).Head;
        await app.Services.GetRequiredService<EngineStarter>().EnsureStartedAsync(client, head, default);

        // The first cycles find the run and decide on it; then nothing happens any more.
        for (var i = 0; i < 3; i++)
        {
            await StepAsync(client, head, time);
        }

        var (invocations, requests) = (app.Invocations.Count, app.Storage.Calls.Total);
        for (var i = 0; i < cycles; i++)
        {
            await StepAsync(client, head, time);
        }

        // The timer's episode and the result's; a new generation, which comes once in some fifteen turns, adds one.
        var ended = app.Invocations.Skip(invocations).ToArray();
        Assert.Equal(Enumerable.Repeat(nameof(PollActivity), cycles), ended.Where(name => name != nameof(LoopRunOrchestrator)));
        Assert.InRange(ended.Count(name => name == nameof(LoopRunOrchestrator)), 2 * cycles, (2 * cycles) + 1);
        Assert.Equal(2 * cycles, app.Storage.Calls.Total - requests);
    }

    /// <summary>Lets the next poll come, and waits until the engine waits for the one after it.</summary>
    private static async Task StepAsync(DurableTaskClient client, RunHead head, FakeTimeProvider time)
    {
        var next = await NextPollAsync(client, head, time, time.GetUtcNow());
        var before = time.GetUtcNow();
        if (next > before)
        {
            time.SetUtcNow(next);
        }

        await NextPollAsync(client, head, time, next > before ? next : before);
    }

    private static async Task<DateTimeOffset> NextPollAsync(DurableTaskClient client, RunHead head, FakeTimeProvider time, DateTimeOffset after)
    {
        var started = Stopwatch.GetTimestamp();
        var moved = started;
        while (true)
        {
            var instance = await client.GetInstanceAsync(head.Engine.InstanceId, getInputsAndOutputs: true);
            if (instance?.SerializedCustomStatus is { } status
                && JsonElement.Parse(status).TryGetProperty("nextPollAt", out var property)
                && DateTimeOffset.Parse(property.GetString()!, CultureInfo.InvariantCulture) is var next && next > after)
            {
                return next;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"The engine does not go on: {instance?.RuntimeStatus}, {instance?.SerializedCustomStatus}");
            }

            // The engine shows when it polls next before it arms its timer: one that is armed just after the time was moved counts from
            // there, and is due only when some more time has passed.
            if (Stopwatch.GetElapsedTime(moved) > Stall)
            {
                moved = Stopwatch.GetTimestamp();
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }
    }

    /// <summary>An adapter that fails, and tells what it was asked.</summary>
    private static async Task<WebApplication> StubAsync(Action<HttpRequest> asked)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            asked(context.Request);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}
