using LocalHost;
using OpsFunctions.Composition;

return await LocalHostApplication.RunAsync(
    new LocalHostOptions { Args = args, DefaultSettings = OpsFunctionsComposition.DefaultSettings },
    typeof(OpsFunctionsComposition).Assembly,
    (services, configuration) => services.AddOpsFunctions(configuration),
    worker => worker.UseOpsFunctions());
