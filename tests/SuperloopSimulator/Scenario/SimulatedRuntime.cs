using System.ComponentModel;
using System.Text.Json.Serialization;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("What happens in a simulated Superloop repository: its loops, how their roles behave, what their gates say and where the runtime dies.")]
internal sealed record SimulatedRuntime
{
    [JsonPropertyName("$schema")]
    [Description("Address of this schema, for editors.")]
    public string? Schema { get; init; }

    [Description("What the scenario shows.")]
    public string? Description { get; init; }

    [Description("How many times faster than written every duration passes, role time-outs and waits included.")]
    public double Speed { get; init; } = 1;

    [Description("How long the runtime's own steps take.")]
    public Pacing Pacing { get; init; } = new();

    [Description("The loops in the order in which a run without --loop takes them.")]
    public IReadOnlyList<LoopScenario> Loops { get; init; } = [];

    /// <summary>A loop of the configuration that the scenario does not mention behaves like one with all defaults.</summary>
    public LoopScenario Loop(string id) => Loops.FirstOrDefault(loop => loop.Id == id) ?? new LoopScenario { Id = id };
}
