using Microsoft.DurableTask;
using CoreExceptions = DurableTask.Core.Exceptions;

namespace LocalHost.Durable.Execution;

internal sealed partial class LocalOrchestrationContext
{
    private Task<TResult> CallWithRetry<TResult>(Func<Task<TResult>> call, string taskName, TaskRetryOptions? retry)
    {
        return retry switch
        {
            { Policy: { } policy } => CallWithPolicyAsync(call, policy),
            { Handler: { } handler } => CallWithHandlerAsync(call, taskName, handler),
            _ => call(),
        };
    }

    private async Task<TResult> CallWithPolicyAsync<TResult>(Func<Task<TResult>> call, RetryPolicy policy)
    {
        DateTime firstAttempt = _currentUtcDateTime;
        for (int attempt = 0; ; attempt++)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo failure;
            try
            {
                return await call();
            }
            catch (CoreExceptions.OrchestrationException exception) when (exception.FailureDetails?.IsNonRetriable != true)
            {
                failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(exception);
            }

            if (attempt + 1 == policy.MaxNumberOfAttempts)
            {
                // The real engine keeps this superfluous timer for the sake of old histories; a history must look the same here.
                await CreateSingleTimerAsync(_currentUtcDateTime, CancellationToken.None);
                failure.Throw();
            }

            TimeSpan delay = NextDelay(policy, attempt, firstAttempt, failure.SourceException);
            if (delay == TimeSpan.Zero)
            {
                failure.Throw();
            }

            await CreateSingleTimerAsync(_currentUtcDateTime + delay, CancellationToken.None);
        }
    }

    private TimeSpan NextDelay(RetryPolicy policy, int attempt, DateTime firstAttempt, Exception failure)
    {
        try
        {
            if (!policy.Handle(failure))
            {
                return TimeSpan.Zero;
            }
        }
        catch (Exception)
        {
            // An error of the predicate must not hide the task's own; the real interceptor ends the attempts too.
            return TimeSpan.Zero;
        }

        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && _currentUtcDateTime >= firstAttempt + policy.RetryTimeout)
        {
            return TimeSpan.Zero;
        }

        double milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt);
        TimeSpan limit = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        return milliseconds < limit.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : limit;
    }

    private async Task<TResult> CallWithHandlerAsync<TResult>(Func<Task<TResult>> call, string taskName, AsyncRetryHandler handler)
    {
        DateTime start = _currentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (CoreExceptions.OrchestrationException exception) when (exception.FailureDetails?.IsNonRetriable != true)
            {
                if (!_isReplaying)
                {
                    LogAttemptFailed(_logger, InstanceId, taskName, attempt);
                }

                RetryContext retryContext = new(this, attempt, TaskFailureDetails.FromException(exception), _currentUtcDateTime - start, CancellationToken.None);
                if (!await handler(retryContext))
                {
                    throw;
                }
            }
        }
    }
}
