using CallIntel.Sdk.Access;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Access;

public sealed class MemberNameTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_name_can_be_set_read_changed_and_removed()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("member names", Cancellation);
        MemberId anna = org.Members[OrgRole.Member];
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession own = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        Assert.All((await admin.Members.ListProfilesAsync(Cancellation)).Values, p => Assert.Null(p.Name));

        await own.Members.SetDisplayNameAsync(anna, "Anna Søgaard", Cancellation);
        Assert.Equal(
            new MemberProfile(OrgRole.Member, new MemberName("Anna Søgaard")),
            (await admin.Members.ListProfilesAsync(Cancellation))[anna]
        );
        await admin.Members.SetDisplayNameAsync(anna, "Anna", Cancellation);
        Assert.Equal(new MemberName("Anna"), (await own.Members.ListProfilesAsync(Cancellation))[anna].Name);
        Assert.DoesNotContain("Anna", $"{(await own.Members.ListProfilesAsync(Cancellation))[anna]}");

        // figures about earlier events need the name
        await admin.Members.RevokeAsync(anna, Cancellation);
        Assert.Equal(
            new MemberProfile(null, new MemberName("Anna")),
            (await admin.Members.ListProfilesAsync(Cancellation))[anna]
        );
        await RefusedAsync(ErrorCodes.MemberNotFound, () =>
            admin.Members.SetDisplayNameAsync(anna, "Another", Cancellation)
        );
        await admin.Members.SetDisplayNameAsync(anna, null, Cancellation);
        await admin.Members.SetDisplayNameAsync(anna, null, Cancellation);
        Assert.DoesNotContain(anna, (await admin.Members.ListProfilesAsync(Cancellation)).Keys);
        Assert.Equal(
            $"name {anna}, name {anna}, remove {anna}",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || subject_id, ', ' order by occurred_at, id)
                  from callintel_private.audit_log where org_id = $1 and op = 0 and object = 'member_profiles'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Members_see_the_names_that_their_role_allows()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("seen names", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach (MemberId member in org.Members.Values)
            await admin.Members.SetDisplayNameAsync(member, $"Name of {member}", Cancellation);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            IReadOnlyDictionary<MemberId, MemberProfile> profiles = await session.Members.ListProfilesAsync(
                Cancellation
            );
            Assert.Equal(
                (
                    role,
                    role switch
                    {
                        OrgRole.Ingester or OrgRole.Viewer => 0,
                        OrgRole.Member => 1,
                        _ => org.Members.Count,
                    }
                ),
                (role, profiles.Count(p => p.Value.Name?.Value == $"Name of {p.Key}"))
            );
            Assert.Equal(
                (role, role < OrgRole.Admin ? 1 : org.Members.Count),
                (role, profiles.Count(p => p.Value.Role is not null))
            );
        }
    }

    [Fact]
    public async Task Members_who_write_contacts_name_themselves_and_admins_name_everybody()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("naming", Cancellation);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        foreach (string? name in (string?[])["Name", null])
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            await ExpectAsync(role is OrgRole.Member or OrgRole.Admin or OrgRole.Owner, () =>
                session.Members.SetDisplayNameAsync(org.Members[role], name, Cancellation)
            );
            await ExpectAsync(role is OrgRole.Admin or OrgRole.Owner, () =>
                session.Members.SetDisplayNameAsync(
                    org.Members[role is OrgRole.Viewer ? OrgRole.Analyst : OrgRole.Viewer],
                    name,
                    Cancellation
                )
            );
        }

        static Task ExpectAsync(bool isAllowed, Func<Task> change) =>
            isAllowed ? change() : RefusedAsync(ErrorCodes.NotAllowed, change);
    }

    [Fact]
    public async Task Invalid_names_and_strangers_are_rejected()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId self = fixture.Own.Members[OrgRole.Admin];
        foreach (
            string name in (string[])
                ["", " ", "two\nlines", "nul\0", $"{'\ud83d'}", new string('x', MemberName.MaxLength + 1)]
        )
            await RefusedAsync(ErrorCodes.InvalidName, () =>
                admin.Members.SetDisplayNameAsync(self, name, Cancellation)
            );
        foreach (MemberId stranger in (MemberId[])[new(NewId()), fixture.Foreign.Members[OrgRole.Owner]])
            await RefusedAsync(ErrorCodes.MemberNotFound, () =>
                admin.Members.SetDisplayNameAsync(stranger, "Name", Cancellation)
            );
    }
}
