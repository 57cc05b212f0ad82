namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>Notices that a role has not written for too long.</summary>
internal sealed class QuietWatch(RoleOrder order, TimeProvider time)
{
    private long _length = -1;
    private DateTimeOffset _since = time.GetUtcNow();

    public bool IsTooLong()
    {
        if (order.InactivityMs <= 0)
        {
            return false;
        }

        var log = new FileInfo(order.LogFile);
        var length = log.Exists ? log.Length : 0;
        if (length != _length)
        {
            (_length, _since) = (length, time.GetUtcNow());
        }

        return time.GetUtcNow() - _since >= TimeSpan.FromMilliseconds(order.InactivityMs);
    }
}
