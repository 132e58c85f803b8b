using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing;

/// <summary>An org with one member of every role.</summary>
public sealed class TestOrg
{
    readonly CallIntelDataSource _source;
    readonly Dictionary<OrgRole, MemberId> _members;

    TestOrg(CallIntelDataSource source, OrgId id, Dictionary<OrgRole, MemberId> members)
    {
        _source = source;
        Id = id;
        _members = members;
    }

    /// <summary>The org.</summary>
    public OrgId Id { get; }

    /// <summary>Its members by role.</summary>
    public IReadOnlyDictionary<OrgRole, MemberId> Members => _members;

    /// <summary>Who a session of the member with this role acts as.</summary>
    /// <param name="role">The role.</param>
    public OrgIdentity As(OrgRole role) => new(Id, _members[role]);

    /// <summary>Opens a session of the member with this role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<OrgSession> OpenSessionAsync(OrgRole role, CancellationToken cancellationToken = default) =>
        _source.OpenSessionAsync(As(role), cancellationToken);

    internal static async Task<TestOrg> CreateAsync(
        CallIntelDataSource source,
        string name,
        CancellationToken cancellationToken
    )
    {
        OrgId org = new(RandomId());
        Dictionary<OrgRole, MemberId> members = Enum.GetValues<OrgRole>()
            .ToDictionary(role => role, _ => new MemberId(RandomId()));
        await source.CreateOrgAsync(org, name, members[OrgRole.Owner], cancellationToken).ConfigureAwait(false);
        await using OrgSession owner = await source
            .OpenSessionAsync(new OrgIdentity(org, members[OrgRole.Owner]), cancellationToken)
            .ConfigureAwait(false);
        foreach ((OrgRole role, MemberId member) in members)
            await owner.Members.SetRoleAsync(member, role, cancellationToken).ConfigureAwait(false);
        return new TestOrg(source, org, members);
    }

    static Guid RandomId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
