using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing;

/// <summary>An org with one member of every role.</summary>
/// <remarks>Thread-safe.</remarks>
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

    /// <summary>Gets the id of the org.</summary>
    public OrgId Id { get; }

    /// <summary>Gets the members of the org by role.</summary>
    public IReadOnlyDictionary<OrgRole, MemberId> Members => _members;

    /// <summary>Returns the identity of the member with a role.</summary>
    /// <param name="role">The role.</param>
    public OrgIdentity As(OrgRole role) => new(Id, _members[role]);

    /// <summary>Opens a session of the member with a role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The session. The caller disposes it.</returns>
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
