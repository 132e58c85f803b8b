namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Clock times of a zone.</summary>
static class LocalTime
{
    /// <summary>The moment a clock of the zone showed that; of the first and last year, which have no offsets, the moment in UTC, which validation rejects.</summary>
    internal static DateTimeOffset TimeOf(this TimeZoneInfo zone, DateTime local) =>
        new(local, local.Year is 1 or 9999 ? TimeSpan.Zero : zone.GetUtcOffset(local));
}
