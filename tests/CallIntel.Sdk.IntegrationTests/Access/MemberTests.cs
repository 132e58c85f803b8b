using CallIntel.Sdk.Access;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests;

public sealed class MemberTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_revoked_member_is_refused_at_the_next_statement()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("revoking", Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Single(await analyst.Members.ListAsync(Cancellation));

        await owner.Members.RevokeAsync(org.Members[OrgRole.Analyst], Cancellation);

        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() => analyst.Members.ListAsync(Cancellation));
        Assert.Equal(ErrorCodes.NotAMember, refused.Code);
    }
}
