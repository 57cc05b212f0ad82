using System.Text;
using SuperloopAdapter.Launching;

namespace SuperloopAdapter.Tests;

public sealed class OutputTailTests
{
    // Longer than the tail, its announcing word before the cut: nothing in the tail tells that it is a secret.
    private static readonly string Secret = "password=" + new string('S', OutputTail.MaxBytes + 100);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void What_is_left_of_a_line_that_was_cut_is_not_shown(string end) =>
        Assert.Empty(Tail(Secret + end));

    [Fact]
    public void After_a_line_that_was_cut_the_rest_is_shown() => Assert.Equal("one\ntwo", Tail(Secret + "\none\ntwo"));

    [Theory]
    [InlineData(10)]
    [InlineData(OutputTail.MaxBytes)]
    public void What_is_no_longer_than_the_tail_is_shown_whole(int length) =>
        Assert.Equal(new string('x', length), Tail(new string('x', length)));

    private static string Tail(string output)
    {
        var bytes = Encoding.UTF8.GetBytes(output);
        return OutputTail.Clean(bytes.AsSpan(Math.Max(bytes.Length - OutputTail.ReadBytes, 0)));
    }
}
