using OpsFunctions.Tests.Support;
using OpsManager.Core.Lifecycle;

namespace OpsManager.Benchmarks;

/// <summary>A run that is observed while nothing happens.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="State">The state it must be in while it is observed.</param>
/// <param name="Prepare">Makes the adapter show it.</param>
/// <param name="Window">How long it is observed.</param>
internal sealed record Scenario(string Name, LifecycleState State, Action<FakeAdapter> Prepare, TimeSpan Window);
