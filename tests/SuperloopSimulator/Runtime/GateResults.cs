using System.Text.Json.Nodes;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>What the gates of one iteration said.</summary>
internal sealed class GateResults
{
    public bool Promise { get; set; }

    public string PromiseText { get; set; } = "";

    public string Tests { get; set; } = "skipped";

    public string Validation { get; set; } = "skipped";

    public string Prerequisites { get; set; } = "skipped";

    public string Checklist { get; set; } = "ok";

    public string Evidence { get; set; } = "skipped";

    public string Lifecycle { get; set; } = "ok";

    public string Approval { get; set; } = "skipped";

    public int StuckStreak { get; set; }

    public void AddTo(JsonObject members, bool withApproval = true)
    {
        members["tests"] = Tests;
        members["validation"] = Validation;
        members["prerequisites"] = Prerequisites;
        members["checklist"] = Checklist;
        members["evidence"] = Evidence;
        members["lifecycle"] = Lifecycle;
        if (withApproval)
        {
            members["approval"] = Approval;
        }
    }

    public JsonObject PromiseMembers(string expected) => new()
    {
        ["expected"] = expected,
        ["text"] = PromiseText.Length > 0 ? PromiseText : null,
        ["matched"] = Promise,
    };
}
