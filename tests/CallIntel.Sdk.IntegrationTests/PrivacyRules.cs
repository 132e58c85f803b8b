using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests;

static class PrivacyRules
{
    /// <summary>1 metadata only, 2 restricted, 3 hidden.</summary>
    public static async Task SetAsync(TestOrg org, ContactId contact, short level, CancellationToken cancellationToken)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, cancellationToken);
        await admin.Privacy.SetAsync(contact, new PrivacyRule { Level = (PrivacyLevel)level }, cancellationToken);
    }
}
