using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests;

static class PrivacyRules
{
    /// <summary>1 metadata only, 2 restricted, 3 hidden.</summary>
    public static async Task SetAsync(TestOrg org, ContactId contact, short level, CancellationToken cancellationToken)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, cancellationToken);
        int[] set = await admin.QueryAsync(
            "insert into callintel.privacy_rules (org_id, contact_id, level, set_by) values ($1, $2, $3, $4) returning 1",
            row => row.GetInt32(0), [org.Id.Value, contact.Value, level, org.Members[OrgRole.Admin].Value], cancellationToken).ToArrayAsync(cancellationToken);
        Assert.Single(set);
    }
}
