namespace OpsManager.Testing.Corpus;

/// <summary>The recorded corpus: real artifact trees with the true state of each, and recorded HTTP exchanges.</summary>
public static class CorpusLibrary
{
    /// <summary>Environment variable that names another folder of recorded scenarios to replay.</summary>
    public const string OtherRootVariable = "OPS_CORPUS";

    private static readonly Lazy<IReadOnlyList<CorpusScenario>> LazyScenarios = new(static () => LoadScenarios(Root!));
    private static readonly Lazy<IReadOnlyList<CorpusScenario>> LazyReplayed = new(static () =>
        Environment.GetEnvironmentVariable(OtherRootVariable) is { Length: > 0 } other ? LoadScenarios(Path.GetFullPath(other)) : Scenarios);

    private static readonly Lazy<IReadOnlyList<HttpRecording>> LazyRecordings = new(LoadRecordings);

    /// <summary>Absolute path of the corpus.</summary>
    public static string Root { get; } = RepositoryRoot.Combine("tests", "fixtures", "corpus");

    /// <summary>All scenarios, ordered by name.</summary>
    public static IReadOnlyList<CorpusScenario> Scenarios => LazyScenarios.Value;

    /// <summary>
    /// The scenarios that a replay is to follow: those of the folder that the environment variable <c>OPS_CORPUS</c> names, else
    /// <see cref="Scenarios"/>.
    /// </summary>
    public static IReadOnlyList<CorpusScenario> Replayed => LazyReplayed.Value;

    /// <summary>All steps of all scenarios, in order.</summary>
    public static IEnumerable<CorpusStep> Steps => Scenarios.SelectMany(static s => s.Steps);

    /// <summary>All recorded HTTP exchanges with the existing service, ordered by file name.</summary>
    public static IReadOnlyList<HttpRecording> Recordings => LazyRecordings.Value;

    /// <summary>The scenario of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static CorpusScenario Scenario(string name) => Scenarios.FirstOrDefault(s => s.Name == name)
        ?? throw new KeyNotFoundException($"The corpus has no scenario '{name}'.");

    /// <summary>The step of that id, such as <c>killed/02-killed</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static CorpusStep Step(string id) => Steps.FirstOrDefault(s => s.Id == id)
        ?? throw new KeyNotFoundException($"The corpus has no step '{id}'.");

    /// <summary>The recording whose file name is or begins with <paramref name="name"/>, such as <c>47</c> or <c>47-torn-garbage-line</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static HttpRecording Recording(string name) =>
        Recordings.FirstOrDefault(r => r.FileName == name)
        ?? Recordings.FirstOrDefault(r => r.FileName.StartsWith(name + "-", StringComparison.Ordinal))
        ?? throw new KeyNotFoundException($"The corpus has no HTTP recording '{name}'.");

    private static IReadOnlyList<CorpusScenario> LoadScenarios(string root) =>
    [
        .. Directory.EnumerateDirectories(root)
            .Select(static d => new CorpusScenario(
                Path.GetFileName(d),
                [
                    .. Directory.EnumerateDirectories(d)
                        .Where(static step => File.Exists(Path.Combine(step, "meta.json")))
                        .Order(StringComparer.Ordinal)
                        .Select(CorpusStep.Load),
                ]))
            .Where(static s => s.Steps.Count > 0)
            .OrderBy(static s => s.Name, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<HttpRecording> LoadRecordings() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "http"), "*.json")
            .Order(StringComparer.Ordinal)
            .Select(HttpRecording.Load),
    ];
}
