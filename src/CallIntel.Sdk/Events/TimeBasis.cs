namespace CallIntel.Sdk.Events;

/// <summary>How an importer determined the time of an event.</summary>
public enum TimeBasis
{
    /// <summary>
    /// The source states the point in time, or a local time that occurs once in the time zone of the import.
    /// </summary>
    Stated,

    /// <summary>
    /// The source states a local time that occurs twice or never, because the clocks were changed. Standard time is a
    /// guess, and the time can be wrong by an hour.
    /// </summary>
    ClockChange,

    /// <summary>
    /// The source states a time without an offset, and the import has no time zone. UTC is a guess: set the time zone
    /// of the system that wrote the file.
    /// </summary>
    AssumedZone,

    /// <summary>
    /// The source states a date in which the day and the month can be exchanged, and no other date shows their order.
    /// The order is a guess.
    /// </summary>
    AssumedOrder,
}
