using Microsoft.Win32.SafeHandles;

namespace SuperloopAdapter.Artifacts;

/// <summary>A file opened for reading, with its identity at that moment.</summary>
internal sealed class OpenedFile(SafeFileHandle handle, FileIdentity identity) : IDisposable
{
    public SafeFileHandle Handle { get; } = handle;

    public FileIdentity Identity { get; } = identity;

    /// <summary>The identity now: it differs from <see cref="Identity"/> when somebody wrote in between.</summary>
    public FileIdentity IdentityNow() => LinuxNative.Identify(Handle);

    public void Dispose() => Handle.Dispose();
}
