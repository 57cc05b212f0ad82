using OpsManager.Benchmarks;

if (args is not ["cost"])
{
    await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/Benchmarks -- cost");
    return 2;
}

return await CostBenchmark.RunAsync(Console.Out);
