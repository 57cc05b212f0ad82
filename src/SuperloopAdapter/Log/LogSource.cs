using Microsoft.Win32.SafeHandles;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Log;

/// <summary>The opened log, with a count of the bytes read from it.</summary>
internal sealed class LogSource(OpenedFile file)
{
    private readonly SafeFileHandle handle = file.Handle;

    /// <summary>The file as it was when it was opened.</summary>
    public FileIdentity Identity { get; } = file.Identity;

    public long BytesRead { get; private set; }

    /// <summary>The file as it is now.</summary>
    public FileIdentity IdentityNow() => file.IdentityNow();

    /// <summary>Reads what is there, at most the size of the target; 0 at the end.</summary>
    public int Read(Span<byte> target, long offset)
    {
        var read = RandomAccess.Read(handle, target, offset);
        BytesRead += read;
        return read;
    }

    /// <summary>Fills the target; false when the file ends before.</summary>
    public bool Fill(Span<byte> target, long offset)
    {
        var filled = 0;
        while (filled < target.Length)
        {
            var read = Read(target[filled..], offset + filled);
            if (read == 0)
            {
                return false;
            }

            filled += read;
        }

        return true;
    }
}
