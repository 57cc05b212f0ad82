using LocalHost;
using LocalHost.Durable.Engine;
using OpsFunctions.Composition;

// What a real engine may do to an app at any time, switched on for tests: LocalHost__TestModes__RunActivitiesTwice=true.
IConfiguration environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();

return await LocalHostApplication.RunAsync(
    new LocalHostOptions
    {
        Args = args,
        DefaultSettings = OpsFunctionsComposition.DefaultSettings,
        TestModes = environment.GetSection("LocalHost:TestModes").Get<DurableTestModes>() ?? new(),
    },
    typeof(OpsFunctionsComposition).Assembly,
    (services, configuration) => services.AddOpsFunctions(configuration),
    worker => worker.UseOpsFunctions());
