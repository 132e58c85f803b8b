using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Teams;

/// <summary>A team of the org.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">The name, which no other team of the org has. It is not encrypted.</param>
/// <param name="Members">The members, in the order of their ids.</param>
public sealed record Team(TeamId Id, string Name, [property: PseudonymousData] IReadOnlyList<MemberId> Members)
{
    /// <summary>The maximum length of a name: 200 characters (UTF-16 code units).</summary>
    public const int MaxNameLength = NameText.MaxLength;
}
