using OpsManager.Sprites.Adapter;

namespace OpsManager.Sprites.Tests.Support;

internal static class Results
{
    public static T Value<T>(this AdapterResult<T> result) => result switch
    {
        AdapterAnswer<T> answer => answer.Value,
        AdapterFailure<T> failure => throw new Xunit.Sdk.XunitException($"Expected an answer, got {failure.Code}: {failure.Detail}"),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The failure's code, after checking what every failure owes: bounded words without controls and secrets.</summary>
    public static string Code<T>(this AdapterResult<T> result)
    {
        var failure = Assert.IsType<AdapterFailure<T>>(result);
        Assert.InRange(failure.Detail.Length, 1, 200);
        Assert.DoesNotContain(failure.Detail, char.IsControl);
        Assert.DoesNotContain(Boundary.Token, failure.Detail, StringComparison.Ordinal);
        return failure.Code;
    }
}
