namespace OpsManager.Core.Health;

/// <summary>How many iterations in a row brought nothing new. Written once an iteration, so that a quiet poll changes nothing.</summary>
public sealed record CirclingMemory
{
    /// <summary>Iterations started in all attempts when the mark was taken.</summary>
    public required long Iteration { get; init; }

    /// <summary>What the work looked like then.</summary>
    public required ProgressMark Mark { get; init; }

    /// <summary>Iterations in a row that left HEAD, work tree and checklists as they were; null when nobody can tell.</summary>
    public int? Unchanged { get; init; }

    /// <summary>Iterations in a row that ended with the same failing tests.</summary>
    public int SameFailures { get; init; }

    /// <summary>When the longer of the two rows began, on the manager's clock; null while there is none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The memory once somebody let the run go on: what it is measured from stays, and no iteration counts yet.</summary>
    public CirclingMemory Anew() => this with { Unchanged = null, SameFailures = 0, Since = null };

    /// <summary>The memory after one more look.</summary>
    /// <param name="memory">The memory before; null before the first look.</param>
    /// <param name="iteration">Iterations started in all attempts by now.</param>
    /// <param name="mark">What the work looks like; null when the adapter does not say.</param>
    /// <param name="now">The time of the decision.</param>
    public static CirclingMemory? Note(CirclingMemory? memory, long iteration, ProgressMark? mark, DateTimeOffset now)
    {
        if (mark is null || iteration == 0 || (memory is not null && iteration <= memory.Iteration))
        {
            return memory;
        }

        if (memory is null)
        {
            return new CirclingMemory { Iteration = iteration, Mark = mark };
        }

        // Several iterations may have passed between two looks; what is the same after them counts for each.
        var passed = (int)Math.Min(iteration - memory.Iteration, 1000);
        int? unchanged = mark.IsUnchangedFrom(memory.Mark) switch
        {
            true => Math.Min((memory.Unchanged ?? 0) + passed, 1_000_000),
            false => 0,
            null => null,
        };
        var sameFailures = mark.TestSignature is { Length: > 0 } failing && failing == memory.Mark.TestSignature ? Math.Min(memory.SameFailures + passed, 1_000_000) : 0;
        return new CirclingMemory
        {
            Iteration = iteration,
            Mark = mark,
            Unchanged = unchanged,
            SameFailures = sameFailures,
            Since = unchanged is null or 0 && sameFailures == 0 ? null : memory.Since ?? now,
        };
    }
}
