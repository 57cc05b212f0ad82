using System.Globalization;
using System.Text;

namespace OpsManager.Benchmarks.Adapter;

/// <summary>A repository whose log has lines like the runtime's, some 300 bytes each.</summary>
internal sealed class BenchmarkRepository : IDisposable
{
    public const string LoopId = "demo-loop";

    private static readonly string[] Names = ["iteration_start", "role_start", "role_end", "tests_start", "tests_end", "gates_evaluated", "iteration_end"];

    private readonly string loop;

    public BenchmarkRepository()
    {
        Path = Directory.CreateTempSubdirectory("adapter-benchmark-").FullName;
        loop = System.IO.Path.Combine(Path, ".superloop", "loops", LoopId);
        Directory.CreateDirectory(loop);
        File.WriteAllText(System.IO.Path.Combine(Path, ".superloop", "config.json"), "{\"loops\":[{\"id\":\"demo-loop\"}]}");
        File.WriteAllText(
            System.IO.Path.Combine(Path, ".superloop", "state.json"),
            "{\"active\":false,\"loop_index\":0,\"iteration\":1,\"current_loop_id\":\"demo-loop\",\"updated_at\":\"2026-01-01T00:00:00Z\"}");
        File.WriteAllText(
            System.IO.Path.Combine(loop, "run-summary.json"),
            "{\"version\":1,\"loop_id\":\"demo-loop\",\"updated_at\":\"2026-01-01T00:00:00Z\",\"entries\":[{\"run_id\":\"r\",\"iteration\":1,\"gates\":{\"tests\":\"ok\"},\"stuck\":{\"streak\":0,\"threshold\":5}}]}");
    }

    public string Path { get; }

    public string LogPath => System.IO.Path.Combine(loop, "events.jsonl");

    public long Lines { get; private set; }

    public long LogBytes { get; private set; }

    /// <summary>Appends lines, in one write for a few.</summary>
    public void Append(long count)
    {
        using var log = new FileStream(LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 1024 * 1024);
        for (long i = 0; i < count; i++)
        {
            var number = ++Lines;
            var name = number == 1 ? "loop_start" : Names[number % Names.Length];
            var line = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"{name}\",\"loop_id\":\"demo-loop\",\"run_id\":\"2026-01-01T00:00:00Z\",\"iteration\":{number / Names.Length},\"role\":\"implementer\",\"data\":{{\"number\":{number},\"log_file\":\"/repository/.superloop/loops/demo-loop/logs/iter-1/implementer.log\",\"last_message_file\":\"/repository/last_messages/implementer.txt\"}}}}\n"));
            log.Write(line);
            LogBytes += line.Length;
        }
    }

    /// <summary>Adds a work tree: so many files that count, and as many that a package manager would have left behind.</summary>
    public void AddWorkTree(int files)
    {
        foreach (var root in new[] { "src", "node_modules" })
        {
            for (var i = 0; i < files; i++)
            {
                var folder = System.IO.Path.Combine(Path, root, (i / 100).ToString(CultureInfo.InvariantCulture));
                if (i % 100 == 0)
                {
                    Directory.CreateDirectory(folder);
                }

                File.WriteAllText(System.IO.Path.Combine(folder, $"file-{i}.txt"), "content");
            }
        }
    }

    /// <summary>Makes the next call a cold one: nothing of what earlier ones gathered is left.</summary>
    public void Forget()
    {
        var own = System.IO.Path.Combine(Path, ".superloop", "ops");
        if (Directory.Exists(own))
        {
            Directory.Delete(own, recursive: true);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
