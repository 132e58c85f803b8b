using System.Collections.ObjectModel;
using System.ComponentModel;
using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// An answer without its freshness, which every question reads again. It cannot be changed, so that sessions share one
/// object.
/// </summary>
[ImmutableObject(true)]
sealed record DashboardCacheEntry<T>(DashboardSource Source, ReadOnlyCollection<T> Rows, PreviousPeriod<T>? Previous)
{
    internal DashboardAnswer<T> With(Freshness freshness) =>
        new(Rows, freshness.AsOf, freshness.State) { Source = Source, Previous = Previous };
}
