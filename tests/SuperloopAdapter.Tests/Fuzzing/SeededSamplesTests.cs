using System.Collections.Concurrent;
using CsCheck;
using OpsManager.Testing;

namespace SuperloopAdapter.Tests.Fuzzing;

/// <summary>Property tests find what they look for, say how to find it again, and try the same inputs every time.</summary>
public sealed class SeededSamplesTests
{
    [Fact]
    public void The_same_seed_tries_the_same_inputs()
    {
        Assert.Equal(Inputs(), Inputs());

        static List<(int, string)> Inputs()
        {
            ConcurrentBag<(int, string)> tried = [];
            Gen.Select(Gen.Int, Gen.String).SampleSeeded((number, text) => tried.Add((number, text)), iter: 200);
            Assert.Equal(200, tried.Count);
            return [.. tried.Order()];
        }
    }

    [Fact]
    public async Task What_does_not_hold_is_found_and_the_seed_is_named()
    {
        var action = Assert.Throws<InvalidOperationException>(() => Gen.Int[0, 1000].SampleSeeded(static number => Assert.True(number < 500), iter: 200));
        var predicate = Assert.Throws<InvalidOperationException>(() => Gen.Int[0, 1000].SampleSeeded(static number => number < 500, iter: 200));
        var later = await Assert.ThrowsAsync<InvalidOperationException>(() => Gen.Int[0, 1000].SampleSeededAsync(
            static number =>
            {
                Assert.True(number < 500);
                return Task.CompletedTask;
            },
            iter: 200,
            atATime: 2));
        Assert.All([action, predicate, later], static found => Assert.Contains(TestSeed.Repeat, found.Message, StringComparison.Ordinal));
        Assert.All([action, predicate, later], static found => Assert.IsType<CsCheckException>(found.InnerException));
    }
}
