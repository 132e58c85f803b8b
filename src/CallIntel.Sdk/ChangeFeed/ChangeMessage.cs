using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// The data of a server-sent event: an entry of the change feed with values that every JSON reader knows.
/// </summary>
/// <param name="From">As <see cref="ChangeEntry.From"/>.</param>
/// <param name="To">As <see cref="ChangeEntry.To"/>.</param>
/// <param name="Events">As <see cref="ChangeEntry.Events"/>.</param>
/// <param name="MemberId">As <see cref="ChangeEntry.Member"/>.</param>
/// <param name="ContactId">As <see cref="ChangeEntry.Contact"/>.</param>
public sealed record ChangeMessage(
    DateTimeOffset? From,
    DateTimeOffset? To,
    long? Events,
    [property: PseudonymousData] Guid? MemberId,
    [property: PseudonymousData] Guid? ContactId
);
