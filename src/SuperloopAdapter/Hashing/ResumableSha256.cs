using System.Buffers.Binary;
using System.Numerics;

namespace SuperloopAdapter.Hashing;

/// <summary>
/// SHA-256 (FIPS 180-4) whose state can be kept and taken up again. The platform's hash cannot: a one-shot call would have to
/// hash a log of a gigabyte anew to say what it is after ten more lines. It also spares a one-shot call the loading of
/// OpenSSL, which takes longer than everything else it does. Nothing secret is hashed with it.
/// </summary>
internal sealed class ResumableSha256
{
    /// <summary>Bytes of a kept state.</summary>
    public const int StateSize = (8 * sizeof(uint)) + sizeof(long) + BlockSize;

    /// <summary>Bytes of a digest.</summary>
    public const int DigestSize = 32;

    private const int BlockSize = 64;
    private const int PaddedLengthAt = BlockSize - sizeof(long);

    private readonly uint[] chain = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    private readonly byte[] block = new byte[BlockSize];

    /// <summary>Bytes hashed so far.</summary>
    public long Length { get; private set; }

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The digest of some bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = new ResumableSha256();
        hash.Append(bytes);
        return hash.Digest();
    }

    /// <summary>Takes up what <see cref="Save"/> kept.</summary>
    public static ResumableSha256 Restore(ReadOnlySpan<byte> state)
    {
        var hash = new ResumableSha256();
        for (var i = 0; i < hash.chain.Length; i++)
        {
            hash.chain[i] = BinaryPrimitives.ReadUInt32LittleEndian(state[(i * sizeof(uint))..]);
        }

        hash.Length = BinaryPrimitives.ReadInt64LittleEndian(state[(8 * sizeof(uint))..]);
        state.Slice((8 * sizeof(uint)) + sizeof(long), BlockSize).CopyTo(hash.block);
        return hash;
    }

    /// <summary>Keeps the state in <see cref="StateSize"/> bytes.</summary>
    public void Save(Span<byte> state)
    {
        for (var i = 0; i < chain.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(state[(i * sizeof(uint))..], chain[i]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(state[(8 * sizeof(uint))..], Length);
        block.CopyTo(state[((8 * sizeof(uint)) + sizeof(long))..]);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var filled = (int)(Length % BlockSize);
        Length += bytes.Length;
        if (filled > 0)
        {
            var taken = Math.Min(BlockSize - filled, bytes.Length);
            bytes[..taken].CopyTo(block.AsSpan(filled));
            bytes = bytes[taken..];
            if (filled + taken < BlockSize)
            {
                return;
            }

            Compress(chain, block);
        }

        var whole = bytes.Length - (bytes.Length % BlockSize);
        Compress(chain, bytes[..whole]);
        bytes[whole..].CopyTo(block);
    }

    /// <summary>The digest of what was appended so far; more may be appended afterwards.</summary>
    public byte[] Digest()
    {
        var filled = (int)(Length % BlockSize);
        Span<byte> last = stackalloc byte[2 * BlockSize];
        last.Clear();
        block.AsSpan(0, filled).CopyTo(last);
        last[filled] = 0x80;
        last = last[..(filled < PaddedLengthAt ? BlockSize : 2 * BlockSize)];
        BinaryPrimitives.WriteInt64BigEndian(last[^sizeof(long)..], Length * 8);

        Span<uint> ended = stackalloc uint[8];
        chain.CopyTo(ended);
        Compress(ended, last);
        var digest = new byte[DigestSize];
        for (var i = 0; i < ended.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(i * sizeof(uint)), ended[i]);
        }

        return digest;
    }

    private static void Compress(Span<uint> chain, ReadOnlySpan<byte> blocks)
    {
        Span<uint> schedule = stackalloc uint[64];
        var constants = RoundConstants;
        for (; blocks.Length >= BlockSize; blocks = blocks[BlockSize..])
        {
            for (var i = 0; i < 16; i++)
            {
                schedule[i] = BinaryPrimitives.ReadUInt32BigEndian(blocks[(i * sizeof(uint))..]);
            }

            for (var i = 16; i < 64; i++)
            {
                var (old, recent) = (schedule[i - 15], schedule[i - 2]);
                schedule[i] = schedule[i - 16] + schedule[i - 7]
                    + (BitOperations.RotateRight(old, 7) ^ BitOperations.RotateRight(old, 18) ^ (old >> 3))
                    + (BitOperations.RotateRight(recent, 17) ^ BitOperations.RotateRight(recent, 19) ^ (recent >> 10));
            }

            var (a, b, c, d) = (chain[0], chain[1], chain[2], chain[3]);
            var (e, f, g, h) = (chain[4], chain[5], chain[6], chain[7]);

            // Eight rounds at a time: the variables change their roles instead of their values.
            for (var i = 0; i < 64; i += 8)
            {
                Round(a, b, c, ref d, e, f, g, ref h, constants[i] + schedule[i]);
                Round(h, a, b, ref c, d, e, f, ref g, constants[i + 1] + schedule[i + 1]);
                Round(g, h, a, ref b, c, d, e, ref f, constants[i + 2] + schedule[i + 2]);
                Round(f, g, h, ref a, b, c, d, ref e, constants[i + 3] + schedule[i + 3]);
                Round(e, f, g, ref h, a, b, c, ref d, constants[i + 4] + schedule[i + 4]);
                Round(d, e, f, ref g, h, a, b, ref c, constants[i + 5] + schedule[i + 5]);
                Round(c, d, e, ref f, g, h, a, ref b, constants[i + 6] + schedule[i + 6]);
                Round(b, c, d, ref e, f, g, h, ref a, constants[i + 7] + schedule[i + 7]);
            }

            chain[0] += a;
            chain[1] += b;
            chain[2] += c;
            chain[3] += d;
            chain[4] += e;
            chain[5] += f;
            chain[6] += g;
            chain[7] += h;
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint input)
    {
        h += (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25)) + (g ^ (e & (f ^ g))) + input;
        d += h;
        h += (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22)) + ((a & b) | (c & (a | b)));
    }
}
