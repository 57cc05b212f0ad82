using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Divergence;

/// <summary>What the divergence rules look at.</summary>
/// <param name="Run">The run, with evidence up to this observation.</param>
/// <param name="Observation">The observation.</param>
/// <param name="Process">What it says about the process.</param>
internal sealed record DivergenceContext(LoopRun Run, Observation Observation, ProcessView Process);
