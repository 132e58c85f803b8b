using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// The keys that sample envelopes refer to, because the database rejects envelopes with an unknown key.
/// </summary>
static class SampleKeys
{
    /// <summary>An envelope by its form alone, as an SQL expression.</summary>
    internal const string Envelope = "decode('c10100' || repeat('00', 60), 'hex')",
        OtherEnvelope = "decode('c10100' || repeat('01', 60), 'hex')";

    /// <summary>
    /// Makes the keys of both, so that they may be stored. Of a late epoch, so that no rotation meets them.
    /// </summary>
    internal static async Task AddAsync(NpgsqlDataSource admin, params IEnumerable<OrgId> orgs)
    {
        foreach (OrgId org in orgs)
        {
            await using NpgsqlCommand command = admin.CreateCommand(
                $"""
                insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, state, wrapped)
                select '{org}', decode(repeat(b, 32), 'hex'), 'person', gen_random_uuid(), 1000, 2,
                       decode(repeat('00', 61), 'hex')
                  from unnest(array['00', '01']) b
                    on conflict do nothing
                """
            );
            await command.ExecuteNonQueryAsync();
        }
    }
}
