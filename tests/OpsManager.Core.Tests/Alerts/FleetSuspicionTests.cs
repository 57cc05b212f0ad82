using OpsManager.Core.Alerts;

namespace OpsManager.Core.Tests.Alerts;

public sealed class FleetSuspicionTests
{
    [Theory]
    [InlineData(5, 3, true)]
    [InlineData(3, 3, true)]
    [InlineData(6, 3, false)]
    [InlineData(2, 2, false)]
    [InlineData(100, 50, false)]
    [InlineData(100, 51, true)]
    public void More_than_half_of_the_fleet_and_at_least_three_runs_make_the_manager_suspect_itself(int live, int failing, bool holds) =>
        Assert.Equal(holds, FleetSuspicion.Holds(live, failing));
}
