using System.Reflection;
using LocalHost;

// The app's own assembly takes the place of this one as soon as it brings a composition root.
return await LocalHostApplication.RunAsync(
    new LocalHostOptions { Args = args },
    Assembly.GetExecutingAssembly(),
    (_, _) => { },
    _ => { });
