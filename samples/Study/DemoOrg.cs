using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Study;

/// <summary>
/// One of the two orgs. The lines of the first are the participants with even ids, those of the second with odd ids.
/// </summary>
/// <param name="Name">The name of the org.</param>
/// <param name="Side">The part of its mapping files' names: even or odd.</param>
/// <param name="Id">A fixed id, so that a second run finds the org again. An application uses a random id.</param>
/// <param name="BusyLine">The line of the member with the role <see cref="OrgRole.Member"/>.</param>
sealed record DemoOrg(string Name, string Side, OrgId Id, string BusyLine)
{
    public static readonly DemoOrg Even = new(
        "Even & Co",
        "even",
        new OrgId(new Guid("6f1d3a52-7c0b-4a7e-9a55-0c2b8e6f4d10")),
        "578"
    );
    public static readonly DemoOrg Odd = new(
        "Odd & Sons",
        "odd",
        new OrgId(new Guid("b2c47e90-15d8-4f3c-8e21-97a4d05c6b3f")),
        "617"
    );

    public static IReadOnlyList<DemoOrg> Both { get; } = [Even, Odd];

    public DemoOrg Other => this == Even ? Odd : Even;

    /// <summary>
    /// The identity of the member with a role. An application authenticates its users; the database reads the role of
    /// the member in every transaction.
    /// </summary>
    public OrgIdentity As(OrgRole role) => new(Id, MemberOf(role));

    public async Task CreateAsync(CallIntelDataSource source, CancellationToken cancellationToken)
    {
        await source.CreateOrgAsync(Id, Name, MemberOf(OrgRole.Owner), cancellationToken);
        await using OrgSession owner = await source.OpenSessionAsync(As(OrgRole.Owner), cancellationToken);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
            await owner.Members.SetRoleAsync(MemberOf(role), role, cancellationToken);
    }

    // The mapping files derive the id of a member from the line in the same way.
    MemberId MemberOf(OrgRole role) =>
        role is OrgRole.Member ? MemberId.FromName("copenhagen", BusyLine) : MemberId.FromName(Side, role.ToString());
}
