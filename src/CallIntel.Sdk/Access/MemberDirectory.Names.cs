using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Access;

public sealed partial class MemberDirectory
{
    const string ProfilesSql = "select member_id, role, display_name from callintel.read_member_profiles()";
    static readonly ProtectedRead ProfilesRead = new(
        ProfilesSql,
        0,
        [new("display_name", ProtectedFields.MemberName)],
        others: "member_id"
    );

    const string NameSql = "select callintel.set_member_name($1, $2)";

    /// <summary>Sets or removes the display name of a member. The name is stored encrypted.</summary>
    /// <param name="member">The member. The name of a member who left the org can only be removed.</param>
    /// <param name="name">The name, stored unchanged; null removes the name.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// The own name requires <see cref="Permission.WriteContacts"/>, which viewers and analysts do not have; the name
    /// of another member requires <see cref="Permission.ManageMembers"/> and <see cref="Permission.WriteContacts"/>.
    /// The audit log records who changed the name of which member, but not the name. The name stays when the member
    /// leaves the org, because figures about earlier events need it; remove it to erase it.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0151</c> the name is blank, longer than <see cref="MemberName.MaxLength"/>, or contains control characters
    /// or unpaired surrogates; <c>CI0005</c> the role does not include the permission; <c>CI0261</c> the member has no
    /// role in the org.
    /// </exception>
    public async Task SetDisplayNameAsync(MemberId member, string? name, CancellationToken cancellationToken = default)
    {
        byte[]? envelope = null;
        if (name is not null)
        {
            NameText.ThrowIfInvalid(name);
            await _session
                .RequireAsync(
                    member == _session.Identity.Member ? Permission.WriteContacts : Permission.ManageMembers,
                    cancellationToken
                )
                .ConfigureAwait(false);
            envelope = await _encryption
                .EncryptForDirectoryAsync(_encryption.Fields.MemberName, member.Value, name, cancellationToken)
                .ConfigureAwait(false);
        }
        await _session
            .ExecuteAsync(new NpgsqlBatchCommand(NameSql).With(member.Value, envelope), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Lists members with their roles and display names. One round trip reads the members, and a second one the keys
    /// that are not cached.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The profiles by member. Owners and admins see all members; analysts see all names and their own role; members
    /// see their own profile; viewers see their own role without a name. Members who left the org and still have a name
    /// are included.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyDictionary<MemberId, MemberProfile>> ListProfilesAsync(
        CancellationToken cancellationToken = default
    )
    {
        (List<(Guid Member, short? Role, byte[]? Name)> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(
                new ProtectedCall<(Guid Member, short? Role, byte[]? Name)>(
                    ProfilesRead,
                    new NpgsqlBatchCommand(ProfilesSql),
                    row =>
                        (
                            row.GetGuid(0),
                            row.IsDBNull(1) ? null : row.GetInt16(1),
                            row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2)
                        )
                ),
                _encryption.Gate.Reason(),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.Select(m => m.Name), cancellationToken)
            .ConfigureAwait(false);
        return stored.ToDictionary(
            m => new MemberId(m.Member),
            m => new MemberProfile((OrgRole?)m.Role, Open(scope, m.Member, m.Name))
        );
    }

    MemberName? Open(DecryptionScope scope, Guid member, byte[]? name)
    {
        if (name is null)
            return null;
        OpenedText text = scope.Open(_encryption.Fields.MemberName, member, name);
        return new MemberName(text.Text) { Status = text.Status };
    }
}
