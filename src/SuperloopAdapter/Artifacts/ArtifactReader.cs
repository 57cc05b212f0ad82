using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Artifacts;

/// <summary>
/// Reads the runtime's JSON files. The runtime truncates and then writes them, so a reader can catch one empty or half
/// written for 40 to 100 ms: such a file is read again within a bound and then reported as existing with an unknown value.
/// A file that has not changed since is not read again.
/// </summary>
internal sealed class ArtifactReader(SuperloopFolder folder, TimeProvider time)
{
    /// <summary>How long all artifacts of one snapshot together may be waited for.</summary>
    public static readonly TimeSpan TornBound = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// A file written this recently is never answered from the cache: a second write within the clock's granularity
    /// could leave size and times as they were.
    /// </summary>
    private static readonly TimeSpan CacheAge = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, ArtifactReading> cache = new(StringComparer.Ordinal);

    /// <summary>When to stop waiting for torn artifacts that are read from now on.</summary>
    public DateTimeOffset Deadline() => time.GetUtcNow() + TornBound;

    /// <summary>Reads several artifacts, waiting for the torn ones together.</summary>
    public async Task<ArtifactReading[]> ReadAsync(IReadOnlyList<ArtifactSpec> specs, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var readings = new ArtifactReading[specs.Count];
        for (var i = 0; i < specs.Count; i++)
        {
            readings[i] = ReadOnce(specs[i]);
        }

        while (Array.Exists(readings, static r => r.Unreadable == UnreadableReasons.Torn) && time.GetUtcNow() < deadline)
        {
            await Task.Delay(RetryPause, time, cancellation);
            for (var i = 0; i < specs.Count; i++)
            {
                if (readings[i].Unreadable == UnreadableReasons.Torn)
                {
                    readings[i] = ReadOnce(specs[i]);
                }
            }
        }

        return readings;
    }

    /// <summary>Reads one artifact with no second look.</summary>
    public ArtifactReading ReadOnce(ArtifactSpec spec)
    {
        var path = SuperloopFolder.ContractPath(spec.RelativePath);
        using var file = folder.Open(spec.RelativePath);
        if (file is null)
        {
            cache.TryRemove(spec.RelativePath, out _);
            return ArtifactReading.Absent(path);
        }

        if (cache.TryGetValue(spec.RelativePath, out var known) && known.Identity == file.Identity)
        {
            return known;
        }

        var reading = Read(spec, path, file);
        var age = time.GetUtcNow() - file.Identity.ModifiedAt;
        if (reading.Unreadable != UnreadableReasons.Torn && age > CacheAge)
        {
            cache[spec.RelativePath] = reading;
        }
        else
        {
            cache.TryRemove(spec.RelativePath, out _);
        }

        return reading;
    }

    private static ArtifactReading Read(ArtifactSpec spec, string path, OpenedFile file)
    {
        var size = file.Identity.Size;
        var fits = size <= spec.MaxBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(fits ? (int)size + 1 : 64 * 1024);
        try
        {
            var hash = new ResumableSha256();
            long total = 0;
            long lines = 0;
            while (true)
            {
                // A file that fits is read into one buffer, one byte more than its size so that growth shows.
                var target = fits ? buffer.AsSpan((int)total, (int)(size + 1 - total)) : buffer.AsSpan();
                var read = target.IsEmpty ? 0 : RandomAccess.Read(file.Handle, target, total);
                if (read == 0)
                {
                    break;
                }

                hash.Append(target[..read]);
                lines += target[..read].Count((byte)'\n');
                total += read;
                if (!fits && total > size)
                {
                    break;
                }
            }

            var stable = total == size && file.IdentityNow() == file.Identity;
            var content = !stable ? ArtifactContent.Unknown(UnreadableReasons.Torn)
                : !fits ? ArtifactContent.Unknown(UnreadableReasons.TooLarge)
                : Parse(spec, buffer.AsMemory(0, (int)total));
            return new ArtifactReading
            {
                Path = path,
                Identity = file.Identity with { Size = total },
                LineCount = lines,
                Sha256 = Convert.ToHexStringLower(hash.Digest()),
                Value = content.Value,
                Unreadable = content.Unreadable,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ArtifactContent Parse(ArtifactSpec spec, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return spec.Parse(bytes);
        }
        catch (JsonException)
        {
            return ArtifactContent.Unknown(UnreadableReasons.Torn);
        }
    }
}
