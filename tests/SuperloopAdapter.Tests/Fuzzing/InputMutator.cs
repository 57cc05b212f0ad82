using System.Text;

namespace SuperloopAdapter.Tests.Fuzzing;

/// <summary>Spoils the content of a file the ways disks, crashes, agents and enemies do.</summary>
internal sealed class InputMutator(IReadOnlyList<byte[]> corpus)
{
    private static readonly string[] Numbers =
    [
        "1e400", "-1e400", "99999999999999999999999999", "-9223372036854775809", "9007199254740993", "0.00000000000000001", "1e-999", "-0", "2147483648", "NaN", "00",
    ];

    private static readonly string[] Texts =
    [
        "\\ud800", "\\uDFFF", "\\u0000", "\\", "\"", "{\"event\":\"loop_start\",\"timestamp\":\"t\"}\n", "\r\n", "\n", "null", "\ufeff", "{}", "[]", "{\"status\":\"pending\"}", "🙂",
    ];

    public byte[] Mutate(Random random)
    {
        var input = corpus[random.Next(corpus.Count)];
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            input = Once(input, random);
        }

        return input;
    }

    private static (int From, int To) Range(byte[] input, Random random)
    {
        var from = random.Next(input.Length + 1);
        return (from, Math.Min(input.Length, from + random.Next(1, 200)));
    }

    private static (int From, int To) LineOf(byte[] input, Random random)
    {
        var at = random.Next(input.Length + 1);
        var from = input.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var length = input.AsSpan(from).IndexOf((byte)'\n');
        return (from, length < 0 ? input.Length : from + length + 1);
    }

    private static byte[] Put(byte[] input, int from, int to, ReadOnlySpan<byte> between) => [.. input.AsSpan(0, from), .. between, .. input.AsSpan(to)];

    private static byte[] Nested(Random random)
    {
        var depth = random.Next(20) == 0 ? 100_000 : random.Next(1, 200);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var text = string.Concat(Enumerable.Repeat(open, depth)) + "1" + (random.Next(2) == 0 ? string.Concat(Enumerable.Repeat(close, depth)) : string.Empty);
        return Encoding.UTF8.GetBytes(text);
    }

    private static byte[] Number(byte[] input, Random random)
    {
        var number = Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]);
        var start = input.AsSpan(random.Next(input.Length + 1)).IndexOfAnyInRange((byte)'0', (byte)'9');
        var from = start < 0 ? input.Length : input.Length - input.AsSpan(input.Length - (input.Length - start)).Length;
        var to = from;
        while (to < input.Length && input[to] is >= (byte)'0' and <= (byte)'9')
        {
            to++;
        }

        return Put(input, from, to, number);
    }

    private byte[] Once(byte[] input, Random random)
    {
        var (from, to) = Range(input, random);
        switch (random.Next(14))
        {
            case 0 when input.Length > 0:
                var flipped = (byte[])input.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                return input[..from];
            case 2:
                return input[from..];
            case 3:
                return Put(input, from, to, default);
            case 4:
                return Put(input, from, from, input.AsSpan(from, to - from));
            case 5:
                var (first, end) = LineOf(input, random);
                return Put(input, from, from, input.AsSpan(first, end - first));
            case 6:
                (first, end) = LineOf(input, random);
                return Put(input, end, end, input.AsSpan(first, end - first));
            case 7:
                var other = corpus[random.Next(corpus.Count)];
                return [.. input.AsSpan(0, from), .. other.AsSpan(random.Next(other.Length + 1))];
            case 8:
                return Number(input, random);
            case 9:
                return Put(input, from, from, Nested(random));
            case 10:
                var noise = new byte[random.Next(1, 12)];
                random.NextBytes(noise);
                return Put(input, from, from, noise);
            case 11:
                return Put(input, from, random.Next(2) == 0 ? from : to, new byte[random.Next(1, 50)]);
            case 12:
                return Put(input, from, from, Encoding.UTF8.GetBytes(Texts[random.Next(Texts.Length)]));
            default:
                // Rarely one that is longer than a line or a small artifact may be.
                var run = new byte[random.Next(100) == 0 ? 1_100_000 : random.Next(1, 5_000)];
                Array.Fill(run, (byte)"x \"{\n"[random.Next(5)]);
                return Put(input, from, from, run);
        }
    }
}
