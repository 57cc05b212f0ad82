using System.Text;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>Writes files the way a shell does: <c>jq ... > file</c> empties the file first and fills it when jq is done.</summary>
internal sealed class ArtifactWriter(Pace pace, int gapMs)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Rewrites in place: a reader in between sees an empty file, a kill in between leaves one.</summary>
    public async Task RewriteAsync(string path, string text, int? gap = null, Action? whileEmpty = null)
    {
        await using var file = Open(path, FileMode.Create);
        whileEmpty?.Invoke();
        await pace.WaitAsync(gap ?? gapMs);
        await file.WriteAsync(Utf8.GetBytes(text));
    }

    /// <summary>Writes beside the file and renames.</summary>
    public async Task ReplaceAsync(string path, string text)
    {
        var beside = path + ".tmp";
        await RewriteAsync(beside, text);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Appends in one write.</summary>
    public static void Append(string path, string text)
    {
        using var file = Open(path, FileMode.Append);
        file.Write(Utf8.GetBytes(text));
    }

    // Unbuffered: what is written is there, also for a process that is killed the next moment.
    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
