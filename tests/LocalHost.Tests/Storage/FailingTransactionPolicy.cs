using Azure.Core;
using Azure.Core.Pipeline;

namespace LocalHost.Tests.Storage;

/// <summary>Lets table transactions fail from the n-th on, before they are sent.</summary>
internal sealed class FailingTransactionPolicy : HttpPipelinePolicy
{
    private int _remaining = int.MaxValue;

    public void AllowOnly(int transactions) => _remaining = transactions;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Check(message);
        ProcessNext(message, pipeline);
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Check(message);
        return ProcessNextAsync(message, pipeline);
    }

    private void Check(HttpMessage message)
    {
        if (message.Request.Uri.ToUri().AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal) && --_remaining < 0)
        {
            throw new InvalidOperationException("The process is gone.");
        }
    }
}
