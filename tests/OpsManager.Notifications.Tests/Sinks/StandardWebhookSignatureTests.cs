using System.Text;
using OpsManager.Notifications.Sinks;

namespace OpsManager.Notifications.Tests.Sinks;

public sealed class StandardWebhookSignatureTests
{
    [Fact]
    public void A_signature_is_what_the_standards_own_libraries_make()
    {
        var key = StandardWebhookSignature.KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

        var signature = StandardWebhookSignature.Sign(
            key, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_c2hvcnQ=")]
    public void What_is_no_secret_of_the_standard_is_no_key(string secret) => Assert.Null(StandardWebhookSignature.KeyOf(secret));
}
