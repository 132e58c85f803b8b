using CallIntel.Sdk.Events;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>Compares all rows of an org with its model.</summary>
static class ModelChecks
{
    internal static async Task CompareAsync(ModelWorld world, ModelDriver driver, ModelReport report)
    {
        ModelOrg model = driver.Model;
        Guid org = driver.Org.Id.Value;
        // Erased stays erased, and nobody else's rows are gone.
        Dictionary<Guid, long> events = await PairsAsync(
            world,
            "select contact_id, count(*) from callintel_private.events where org_id = $1 group by contact_id",
            org
        );
        foreach (ModelPerson person in model.Persons)
            if (person.Contact is { } contact)
            {
                report.Expect(person.Events, (int)events.GetValueOrDefault(contact), $"events of a contact of {org}");
                events.Remove(contact);
            }
        report.Expect(0, events.Count, "contacts with events that the model does not have");
        Dictionary<Guid, long> contacts = await PairsAsync(
            world,
            "select id, 1::bigint from callintel_private.contacts where org_id = $1",
            org
        );
        report.Expect(
            string.Join(',', model.Persons.Select(p => p.Contact).OfType<Guid>().Order()),
            string.Join(',', contacts.Keys.Order()),
            "contacts"
        );
        report.Expect(
            model.Persons.Sum(p => p.Events),
            (int)
                await CountAsync(
                    world,
                    "select count(*) from callintel_private.event_contents c join callintel_private.contacts k"
                        + " on k.org_id = c.org_id and k.id = c.contact_id where c.org_id = $1",
                    org
                ),
            "contents"
        );
        report.Expect(
            model.Persons.Count(p => p.IsListed),
            (int)await CountAsync(world, "select count(*) from callintel_private.suppressions where org_id = $1", org),
            "suppressed numbers"
        );
        report.Expect(
            model.Persons.Sum(p => p.Holds.Count),
            (int)
                await CountAsync(
                    world,
                    "select count(*) from callintel_private.legal_holds where org_id = $1 and released_at is null",
                    org
                ),
            "legal holds"
        );
        Guid[] gone = [.. model.Gone];
        report.Expect(
            0L,
            await CountAsync(
                world,
                "select count(*) from callintel_private.data_keys where org_id = $1 and subject_id = any ($2)"
                    + " and wrapped is not null",
                org,
                gone
            ),
            "keys of erased contacts"
        );
        await CompareLedgerAsync(world, driver, report);
        await ReadAsync(world, driver, report);
    }

    static async Task CompareLedgerAsync(ModelWorld world, ModelDriver driver, ModelReport report)
    {
        Guid org = driver.Org.Id.Value;
        int height = driver.Model.Ledger.Count;
        report.Expect(
            height,
            (int)
                await CountAsync(world, "select count(*) from callintel_private.erasure_ledger where org_id = $1", org),
            "entries of the ledger"
        );
        report.Expect(
            height,
            (int)await CountAsync(world, "select erasure_height from callintel_private.orgs where org_id = $1", org),
            "height of the ledger in effect"
        );
        // The sink checks its chain when it reads.
        ErasureLedgerHead? head = await world.Sink.ReadHeadAsync(driver.Org.Id, CancellationToken.None);
        report.Expect(true, (head?.Height ?? 0) <= height, "the copy of the ledger is not ahead");
        report.Expect(true, (head?.Height ?? 0) >= driver.CopiedHeight, "the height of the copy never falls");
        driver.CopiedHeight = head?.Height ?? 0;
        if (head is not null)
            report.Expect(
                1L,
                await CountAsync(
                    world,
                    "select count(*) from callintel_private.erasure_ledger where org_id = $1 and height = $2"
                        + " and encode(digest, 'hex') = $3",
                    org,
                    head.Height,
                    head.Digest
                ),
                "the copy of the ledger has the same digest"
            );
    }

    /// <summary>Reads the events of a contact: what was not erased is still readable.</summary>
    static async Task ReadAsync(ModelWorld world, ModelDriver driver, ModelReport report)
    {
        if (driver.Model.Persons.Where(p => p.Events > 0).MaxBy(p => p.Events) is not { Contact: { } contact } person)
            return;
        await using OrgSession session = await world.OpenSessionAsync(driver.Org);
        int read = await session
            .Events.ReadAsync(EventFilter.All.ForContact(new ContactId(contact)).WithContent())
            .CountAsync(e => e.Content?.Body == $"text of {person.Index}");
        report.Expect(person.Events, read, "readable texts of a contact");
    }

    static Task<long> CountAsync(ModelWorld world, string sql, params object[] values) =>
        ScalarAsync<long>(world, sql, values);

    internal static async Task<T> ScalarAsync<T>(ModelWorld world, string sql, params object[] values)
    {
        await using NpgsqlCommand command = Command(world, sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    static async Task<Dictionary<Guid, long>> PairsAsync(ModelWorld world, string sql, params object[] values)
    {
        Dictionary<Guid, long> pairs = [];
        await using NpgsqlCommand command = Command(world, sql, values);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            pairs.Add(reader.GetGuid(0), reader.GetInt64(1));
        return pairs;
    }

    static NpgsqlCommand Command(ModelWorld world, string sql, object[] values)
    {
        NpgsqlCommand command = world.Database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
