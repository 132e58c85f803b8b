using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Quickstart;

/// <summary>One of the two customers. Each sees the study from its own side: its lines are the participants with even, or odd, ids.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Side">The part of the mapping files' names.</param>
/// <param name="Id">Fixed, so that a second run finds it again; a host application draws it at random.</param>
/// <param name="BusyLine">A line that a member of the org answers.</param>
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

    /// <summary>Who a session acts as. The host has authenticated the user; the database checks the role in every transaction.</summary>
    public OrgIdentity As(OrgRole role) => new(Id, MemberOf(role));

    public async Task CreateAsync(CallIntelDataSource source, CancellationToken cancellationToken)
    {
        await source.CreateOrgAsync(Id, Name, MemberOf(OrgRole.Owner), cancellationToken);
        await using OrgSession owner = await source.OpenSessionAsync(As(OrgRole.Owner), cancellationToken);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
            await owner.Members.SetRoleAsync(MemberOf(role), role, cancellationToken);
    }

    // The member of a line has the id that the mapping files make of it.
    MemberId MemberOf(OrgRole role) =>
        role is OrgRole.Member ? MemberId.FromName("copenhagen", BusyLine) : MemberId.FromName(Side, role.ToString());
}
