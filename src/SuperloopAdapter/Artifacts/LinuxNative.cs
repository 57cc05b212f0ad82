using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SuperloopAdapter.Artifacts;

/// <summary>
/// The few Linux calls .NET has no managed form for: opening relative to a directory without following links, and the
/// identity (inode, nanosecond times) of an open file.
/// </summary>
internal static partial class LinuxNative
{
    public const int NoEntry = 2;
    public const int AlreadyExists = 17;
    public const int NotADirectory = 20;
    public const int InvalidArgument = 22;
    public const int ReadOnlyFileSystem = 30;
    public const int TooManyLinks = 40;
    public const int NotSupported = 95;

    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const int NoAutomount = 0x800;
    private const int AsCached = 0x4000;
    private const uint BasicStats = 0x7ff;
    private const uint KindAndInode = 0x101;

    private const int WriteOnly = 1;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int Append = 0x400;
    private const uint OwnerFile = 0x180;
    private const uint SharedFile = 0x1A4;
    private const uint OwnerFolder = 0x1C0;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;

    // A FIFO in place of an artifact must not block the reader; regular files ignore the flag.
    private const int NonBlocking = 0x800;

    // The two flags whose values differ between architectures.
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
    private static readonly int Directory = Arm ? 0x4000 : 0x10000;

    /// <summary>Opens the repository itself; its own path may contain links, it was named by the operator.</summary>
    public static SafeFileHandle OpenRoot(string path) => OpenAtCurrent(CurrentDirectory, path, Directory | CloseOnExec, 0);

    /// <summary>
    /// Whether two paths lead to one folder, through links or not. Nothing is opened or mounted, and what a server would have to be asked is taken as
    /// it was known last: a process may name any path, that of a pipe or of a file system that does not answer among them.
    /// </summary>
    public static bool IsOneFolder(string one, string other) => FolderAt(one) is { } folder && folder == FolderAt(other);

    /// <summary>The path of an existing folder without the links in it, as /proc tells where a process works; null when it cannot be opened.</summary>
    public static string? PhysicalPath(string folder)
    {
        using var opened = OpenRoot(folder);
        return opened.IsInvalid ? null : new FileInfo($"/proc/self/fd/{opened.DangerousGetHandle()}").LinkTarget;
    }

    /// <summary>
    /// Reads a file of /proc from its beginning into a buffer, and says how much; -1 when it cannot be read. Three calls of the system and
    /// nothing else, because there are hundreds of such files: a managed handle asks for the kind, size and position that these do not have.
    /// </summary>
    /// <param name="path">Path in UTF-8, ended by a zero.</param>
    /// <param name="buffer">Where it goes. Full means that there may be more.</param>
    public static int ReadProc(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        var file = OpenDescriptor(CurrentDirectory, in MemoryMarshal.GetReference(path), CloseOnExec, 0);
        if (file < 0)
        {
            return -1;
        }

        var filled = 0;
        nint read = 0;
        while (filled < buffer.Length && (read = ReadDescriptor(file, ref buffer[filled], buffer.Length - filled)) > 0)
        {
            filled += (int)read;
        }

        _ = CloseDescriptor(file);
        return read < 0 ? -1 : filled;
    }

    /// <summary>Opens a folder inside an open folder, never through a link.</summary>
    public static SafeFileHandle OpenFolder(SafeFileHandle parent, string name) =>
        OpenAt(parent, name, Directory | NoFollow | CloseOnExec, 0);

    /// <summary>Opens a file for reading inside an open folder, never through a link.</summary>
    public static SafeFileHandle OpenFile(SafeFileHandle parent, string name) =>
        OpenAt(parent, name, NoFollow | NonBlocking | CloseOnExec, 0);

    /// <summary>Makes a folder inside an open folder; false when something of that name is there already.</summary>
    public static bool MakeFolder(SafeFileHandle parent, string name) => MakeDirectoryAt(parent, name, OwnerFolder) == 0
        || (Marshal.GetLastPInvokeError() == AlreadyExists ? false : throw Failure("mkdirat"));

    /// <summary>Makes a new file for writing; an existing one, or a link in its place, is never written through.</summary>
    public static SafeFileHandle CreateFile(SafeFileHandle parent, string name, bool shared = false) =>
        OpenAt(parent, name, WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, shared ? SharedFile : OwnerFile);

    /// <summary>Puts one file in another's place, both in the same folder, at once.</summary>
    public static void Rename(SafeFileHandle parent, string from, string to)
    {
        if (RenameAt(parent, from, parent, to) != 0)
        {
            throw Failure("renameat");
        }
    }

    /// <summary>Makes the names in an open folder outlive a loss of power. Where a file system has no such thing, all was done that can be.</summary>
    public static void FlushFolder(SafeFileHandle folder)
    {
        if (Flush(folder) != 0 && Marshal.GetLastPInvokeError() is not (InvalidArgument or ReadOnlyFileSystem or NotSupported))
        {
            throw Failure("fsync");
        }
    }

    /// <summary>Opens a file for appending, making it if need be; never through a link.</summary>
    public static SafeFileHandle AppendFile(SafeFileHandle parent, string name) =>
        OpenAt(parent, name, ReadWrite | Append | Create | NoFollow | NonBlocking | CloseOnExec, SharedFile);

    public static void Delete(SafeFileHandle parent, string name)
    {
        if (UnlinkAt(parent, name, 0) != 0 && Marshal.GetLastPInvokeError() != NoEntry)
        {
            throw Failure("unlinkat");
        }
    }

    /// <summary>Opens a lock file and takes its lock; null when another holds it. The lock ends with the handle.</summary>
    public static SafeFileHandle? TryLock(SafeFileHandle parent, string name)
    {
        var file = OpenAt(parent, name, ReadWrite | Create | NoFollow | CloseOnExec, OwnerFile);
        if (file.IsInvalid)
        {
            file.Dispose();
            throw Failure("openat");
        }

        if (Lock(file, LockExclusive | LockNonBlocking) == 0)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    public static FileIdentity Identify(SafeFileHandle file)
    {
        var buffer = default(StatxBuffer);
        if (Statx(file, string.Empty, EmptyPath, BasicStats, ref buffer) != 0)
        {
            throw Failure("statx");
        }

        return new FileIdentity(
            Device: ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
            Inode: buffer.Inode,
            Size: (long)buffer.Size,
            ModifiedSeconds: buffer.ModifiedSeconds,
            ModifiedNanoseconds: buffer.ModifiedNanoseconds,
            ChangedSeconds: buffer.ChangedSeconds,
            ChangedNanoseconds: buffer.ChangedNanoseconds,
            IsRegularFile: (buffer.Mode & 0xF000) == 0x8000);
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenAtCurrent(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, ref StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatxAt(int directory, string path, int flags, uint mask, ref StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeDirectoryAt(SafeFileHandle directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt(SafeFileHandle fromDirectory, string from, SafeFileHandle toDirectory, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkAt(SafeFileHandle directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "openat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenDescriptor(int directory, in byte path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadDescriptor(int file, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseDescriptor(int file);

    private static (ulong Device, ulong Inode)? FolderAt(string path)
    {
        var buffer = default(StatxBuffer);
        return StatxAt(CurrentDirectory, path, NoAutomount | AsCached, KindAndInode, ref buffer) == 0 && (buffer.Mode & 0xF000) == 0x4000
            ? (((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor, buffer.Inode)
            : null;
    }

    private static IOException Failure(string call) => new($"{call} failed with error {Marshal.GetLastPInvokeError()}");

    /// <summary>struct statx: its layout is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
