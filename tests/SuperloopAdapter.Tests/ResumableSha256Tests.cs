using System.Security.Cryptography;
using System.Text;
using CsCheck;
using OpsManager.Testing;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Tests;

public sealed class ResumableSha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_published_examples_hold(string text, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(ResumableSha256.Hash(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Every_length_around_the_block_boundaries_is_the_platforms_hash()
    {
        var bytes = Enumerable.Range(0, 300).Select(static i => (byte)(i * 7)).ToArray();
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(SHA256.HashData(bytes.AsSpan(0, length)), ResumableSha256.Hash(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void However_it_is_cut_kept_and_taken_up_it_is_the_platforms_hash() =>
        Gen.Select(Gen.Byte.Array[0, 2000], Gen.Int[0, 300].Array[0, 12], Gen.Bool).SampleSeeded(
            static (bytes, cuts, kept) =>
            {
                var hash = new ResumableSha256();
                var rest = bytes.AsSpan();
                foreach (var cut in cuts)
                {
                    hash.Append(rest[..Math.Min(cut, rest.Length)]);
                    rest = rest[Math.Min(cut, rest.Length)..];
                    Assert.Equal(SHA256.HashData(bytes.AsSpan(0, bytes.Length - rest.Length)), hash.Digest());
                    if (kept)
                    {
                        var state = new byte[ResumableSha256.StateSize];
                        hash.Save(state);
                        hash = ResumableSha256.Restore(state);
                    }
                }

                hash.Append(rest);
                Assert.Equal(bytes.Length, hash.Length);
                Assert.Equal(SHA256.HashData(bytes), hash.Digest());
            },
            iter: 100);
}
