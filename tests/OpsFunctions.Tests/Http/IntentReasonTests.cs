using System.Reflection;
using OpsFunctions.Problems;
using OpsManager.Core.Intents;

namespace OpsFunctions.Tests.Http;

/// <summary>Every reason for which a request can be refused is a problem of the API.</summary>
public sealed class IntentReasonTests
{
    // How an intent ends that was accepted: no reason to refuse one.
    private static readonly string[] Endings =
    [
        IntentCodes.Unreadable, IntentCodes.DeliveryDeadline, IntentCodes.ConfirmTimeout, IntentCodes.Replaced, IntentCodes.DecidedElsewhere,
        IntentCodes.CandidateGone, IntentCodes.RunEndedFirst,
    ];

    [Fact]
    public void Each_has_its_code_with_a_status_that_says_conflict_or_too_many()
    {
        var reasons = typeof(IntentCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetValue(null)!).Except(Endings, StringComparer.Ordinal);

        Assert.All(reasons, static reason => Assert.Contains(ProblemKinds.ByCode.GetValueOrDefault(reason)?.Status, new int?[] { 409, 429 }));
    }
}
