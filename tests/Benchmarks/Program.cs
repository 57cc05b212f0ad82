using OpsManager.Benchmarks;
using OpsManager.Benchmarks.Adapter;
using OpsManager.Benchmarks.Intents;

if (args is ["cost"])
{
    return await CostBenchmark.RunAsync(Console.Out);
}

if (args is ["adapter", ..] && AdapterBenchmarkOptions.TryParse(args.AsSpan(1)) is { } options)
{
    return await new AdapterBenchmark(options, Console.Out).RunAsync();
}

if (args is ["intents"])
{
    return await new IntentBenchmark(10, 20, Console.Out).RunAsync();
}

await Console.Error.WriteLineAsync(
    """
    Usage: dotnet run -c Release --project tests/Benchmarks -- cost
           dotnet run -c Release --project tests/Benchmarks -- intents
           dotnet run -c Release --project tests/Benchmarks -- adapter [--adapter PATH]... [--events 10,1000,10000,1000000] [--files 20000] [--seconds 5]
           dotnet run -c Release --project tests/Benchmarks -- adapter --gigabyte [--adapter PATH]...
    PATH is a published superloop-adapter; without one, that of this build is measured.
    """);
return 2;
