using OpsManager.Core.Policies;
using OpsManager.Core.Runs;

namespace OpsFunctions.Tests.Support;

/// <summary>Values tests begin with.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly LoopId Loop = LoopId.Parse("demo-loop");

    public static LoopRun Run(string id = "run-sample", LaunchKind launch = LaunchKind.Attach, string sprite = "sprite-a", RunPolicy? policy = null, DateTimeOffset? createdAt = null) =>
        LoopRun.Create(
            new RunSpec
            {
                RunId = RunId.Parse(id),
                Launch = launch,
                LoopId = Loop,
                Sprite = new SpriteRef(SpriteName.Parse(sprite), new Uri("http://adapter.test:8080"), null),
                CreatedAt = createdAt ?? Start,
                TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
            policy ?? PolicyProfiles.Find(PolicyProfiles.Default)!);
}
