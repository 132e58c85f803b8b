using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The same figure for the period before the range of a question.</summary>
/// <typeparam name="T">The type of a row.</typeparam>
/// <param name="Range">
/// The period. It ends where the range of the question begins. For a range of whole months in the time zone of the
/// question it has as many months, for a range of whole days as many days, and otherwise the same length.
/// </param>
/// <param name="Rows">The rows.</param>
public sealed record PreviousPeriod<T>(TimeRange Range, IReadOnlyList<T> Rows);
