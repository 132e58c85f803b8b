using System.Text;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Tests that every column for ciphertext rejects plaintext, for every role.</summary>
public sealed class ProtectedColumnTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Columns =>
        [
            "contact_numbers.number",
            "contact_profiles.display_name",
            "event_contents.body",
            "event_contents.transcript",
            "event_contents.summary",
            "event_contents_default.body",
            "event_contents_2026_01.body",
            "ingest_rejects.raw",
            "event_details.own_number",
            "event_parts.reference",
            "line_profiles.number",
            "line_profiles.label",
            "member_profiles.display_name",
            "subject_request_identities.value",
            "subject_request_history.note",
            "legal_holds.note",
        ];

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task Protected_columns_reject_plaintext(string column)
    {
        byte[] sound = Envelope();
        foreach (
            byte[] plaintext in new[]
            {
                [],
                Encoding.UTF8.GetBytes("+4520123456"),
                Encoding.UTF8.GetBytes(new string('x', 200)),
                sound[..62],
                sound[..3],
                With(sound, 0, 0xC0),
                With(sound, 0, 0xC2),
                With(sound, 1, 0),
                With(sound, 1, 2),
                With(sound, 2, 2),
                With(sound, 2, 3),
                With(sound, 2, 0xFF),
            }
        )
            Assert.Equal(PostgresErrorCodes.CheckViolation, await StoreAsync(column, plaintext));

        foreach (byte[] envelope in new[] { sound, With(sound, 2, 1), [.. sound, .. new byte[100_000]] })
            Assert.Null(await StoreAsync(column, envelope));
    }

    [Fact]
    public async Task Every_protected_column_is_covered_by_these_tests()
    {
        string columns = await ScalarAsync<string>(
            fixture.Database,
            """
            select string_agg(c.relname || '.' || a.attname, ',') from pg_catalog.pg_attribute a
              join pg_catalog.pg_class c on c.oid = a.attrelid
             where a.atttypid = 'callintel.envelope'::regtype and c.relkind in ('r', 'p') and not c.relispartition
            """
        );
        Assert.Equal(
            columns.Split(',').Order(),
            Columns
                .Select(c => c.Data)
                .Where(c =>
                    !c.Contains("_default", StringComparison.Ordinal) && !c.Contains("_2026", StringComparison.Ordinal)
                )
                .Order()
        );
    }

    /// <summary>
    /// Written through the catalogue's owner, so that nothing but the column's type can object; every other column is
    /// left to its default.
    /// </summary>
    async Task<string?> StoreAsync(string column, byte[] value)
    {
        string[] names = column.Split('.');
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        // no foreign keys: what the row refers to is not the point here
        await using NpgsqlCommand command = new(
            "set local session_replication_role = replica",
            connection,
            transaction
        );
        await command.ExecuteNonQueryAsync(Cancellation);
        string others = names[0] switch
        {
            "line_profiles" when names[1] is "label" =>
                $"org_id, line_id, number) select $1, gen_random_uuid(), gen_random_uuid(), {SampleKeys.Envelope}",
            "line_profiles" => "org_id, line_id) select $1, gen_random_uuid(), gen_random_uuid()",
            "member_profiles" => "org_id, member_id) select $1, gen_random_uuid(), gen_random_uuid()",
            "contact_numbers" => "org_id, number_index, contact_id, kind, index_version) select $1, gen_random_uuid(), "
                + "gen_random_uuid(), gen_random_uuid(), 1, 1",
            "subject_request_identities" =>
                "org_id, request_id, ordinal, kind) select $1, gen_random_uuid(), gen_random_uuid(), 0, 1",
            "subject_request_history" => "org_id, request_id, number, actor, to_state, reason) select $1, "
                + "gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), 1, 1",
            "legal_holds" => "org_id, hold_id, contact_id, reason, placed_by) select $1, gen_random_uuid(), "
                + "gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid()",
            "contact_profiles" => "org_id, contact_id) select $1, gen_random_uuid(), gen_random_uuid()",
            "ingest_rejects" =>
                "org_id, run_id, ordinal, reason) select $1, gen_random_uuid(), gen_random_uuid(), 0, 'x'",
            "event_parts" => "org_id, event_id, ordinal, reference_hash, media_type) select $1, gen_random_uuid(), "
                + "callintel.first_id('2026-01-10 00:00Z'), 0, 0, 'x'",
            "event_contents_default" =>
                "org_id, event_id) select $1, gen_random_uuid(), 'ffffffff-ffff-8fff-8fff-ffffffffffff'::uuid",
            _ => "org_id, event_id) select $1, gen_random_uuid(), callintel.first_id('2026-01-10 00:00Z')",
        };
        await using NpgsqlCommand insert = new(
            $"insert into callintel_private.{names[0]} ({names[1]}, {others}",
            connection,
            transaction
        );
        insert.Parameters.Add(new NpgsqlParameter { Value = value });
        try
        {
            await insert.ExecuteNonQueryAsync(Cancellation);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    static byte[] With(byte[] envelope, int index, byte value)
    {
        byte[] changed = [.. envelope];
        changed[index] = value;
        return changed;
    }

    /// <summary>The shortest that the cipher makes: of the empty text.</summary>
    static byte[] Envelope()
    {
        byte[] envelope = new byte[63];
        envelope[0] = 0xC1;
        envelope[1] = 1;
        return envelope;
    }
}
