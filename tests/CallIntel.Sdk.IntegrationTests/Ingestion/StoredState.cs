using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>What is stored of an org, as a few numbers and digests: two loads ended alike if these are equal. Random ids are left out.</summary>
sealed record StoredState(long Events, string EventDigest, long Contents, string ContentDigest, long Contacts, long Numbers)
{
    internal static async Task<StoredState> OfAsync(TestDatabase database, OrgId org)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand("""
            select (select count(*) from callintel.events where org_id = $1),
                   (select md5(coalesce(string_agg(e.id || e.occurred_at::text || e.channel || e.direction || e.outcome || coalesce(e.duration_s, -1) || coalesce(n.number::text, ''), '|' order by e.id), ''))
                      from callintel.events e left join callintel.contact_numbers n on n.org_id = e.org_id and n.contact_id = e.contact_id where e.org_id = $1),
                   (select count(*) from callintel.event_contents where org_id = $1),
                   (select md5(coalesce(string_agg(event_id || coalesce(body::text, '') || coalesce(transcript::text, ''), '|' order by event_id), '')) from callintel.event_contents where org_id = $1),
                   (select count(*) from callintel.contacts where org_id = $1),
                   (select count(*) from callintel.contact_numbers where org_id = $1)
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = org.Value });
        await using NpgsqlDataReader r = await command.ExecuteReaderAsync();
        await r.ReadAsync();
        return new StoredState(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5));
    }
}
