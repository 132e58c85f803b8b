using System.Text;
using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// The limit to which ingestion is compared: binary COPY with Npgsql of the same rows, which are prepared in memory,
/// into tables with the same keys and indexes but without policies.
/// </summary>
sealed class RawCopy
{
    readonly List<Row>[] _rows;

    RawCopy(List<Row>[] rows) => _rows = rows;

    sealed record Row(
        Guid Id,
        DateTime OccurredAt,
        Guid Contact,
        int? DurationSeconds,
        short Channel,
        short Direction,
        short Outcome,
        string ExternalId,
        byte[]? Body
    );

    internal static RawCopy Prepare(SeededFeed feed)
    {
        List<Row>[] rows = new List<Row>[feed.Orgs];
        for (int org = 0; org < feed.Orgs; org++)
        {
            Dictionary<string, Guid> contacts = [];
            rows[org] =
            [
                .. feed.GetRecords(org)
                    .Select(r => new Row(
                        EventId.From(r.OccurredAt, IngestSuite.SourceName, r.ExternalId),
                        r.OccurredAt.UtcDateTime,
                        contacts.TryGetValue(r.Party!, out Guid known) ? known : contacts[r.Party!] = Guid.NewGuid(),
                        (int?)r.Duration?.TotalSeconds,
                        (short)r.Channel,
                        (short)r.Direction,
                        (short)r.Outcome,
                        r.ExternalId!,
                        r.Body is null ? null : CreateEnvelopeLike(r.Body)
                    )),
            ];
        }
        return new RawCopy(rows);
    }

    /// <summary>
    /// Creates bytes with the length and the header of our envelope of a text. The check constraint of the column
    /// requires the header.
    /// </summary>
    internal static byte[] CreateEnvelopeLike(string text)
    {
        byte[] bytes = new byte[EnvelopeFormat.GetLength(text.Length)];
        bytes[0] = EnvelopeFormat.Version;
        bytes[1] = EnvelopeFormat.Suite;
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(EnvelopeFormat.CiphertextOffset));
        return bytes;
    }

    /// <summary>
    /// Creates tables with the columns, checks, keys, indexes and partitions of ours, but without policies.
    /// </summary>
    internal static async Task CreateTablesAsync(NpgsqlDataSource admin)
    {
        await using NpgsqlCommand command = admin.CreateCommand(
            """
            create schema raw;
            create table raw.events (like callintel_private.events including all) partition by range (id);
            create table raw.event_contents (like callintel_private.event_contents including all)
                partition by range (event_id);
            do $$
            declare part record;
            begin
                for part in select c.relname, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bound
                              from pg_inherits i
                              join pg_class c on c.oid = i.inhrelid
                              join pg_class p on p.oid = i.inhparent
                             where c.relkind = 'r' and p.relname in ('events', 'event_contents')
                               and p.relnamespace = 'callintel_private'::regnamespace
                loop
                    execute format('create table raw.%I partition of raw.%I %s', part.relname, part.parent, part.bound);
                end loop;
            end $$;
            """
        );
        await command.ExecuteNonQueryAsync();
    }

    internal async Task LoadAsync(NpgsqlDataSource admin, IReadOnlyList<Guid> orgs)
    {
        await using NpgsqlConnection connection = await admin.OpenConnectionAsync();
        Guid source = Guid.NewGuid();
        for (int org = 0; org < _rows.Length; org++)
        {
            await using (
                NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
                    "copy raw.events (org_id, id, occurred_at, source_id, contact_id, duration_s, channel, direction, "
                        + "outcome, external_id) from stdin (format binary)"
                )
            )
            {
                foreach (Row row in _rows[org])
                {
                    await copy.StartRowAsync();
                    await copy.WriteAsync(orgs[org], NpgsqlDbType.Uuid);
                    await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid);
                    await copy.WriteAsync(row.OccurredAt, NpgsqlDbType.TimestampTz);
                    await copy.WriteAsync(source, NpgsqlDbType.Uuid);
                    await copy.WriteAsync(row.Contact, NpgsqlDbType.Uuid);
                    if (row.DurationSeconds is { } seconds)
                        await copy.WriteAsync(seconds, NpgsqlDbType.Integer);
                    else
                        await copy.WriteNullAsync();
                    await copy.WriteAsync(row.Channel, NpgsqlDbType.Smallint);
                    await copy.WriteAsync(row.Direction, NpgsqlDbType.Smallint);
                    await copy.WriteAsync(row.Outcome, NpgsqlDbType.Smallint);
                    await copy.WriteAsync(row.ExternalId, NpgsqlDbType.Text);
                }
                await copy.CompleteAsync();
            }
            await using (
                NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
                    "copy raw.event_contents (org_id, event_id, contact_id, body) from stdin (format binary)"
                )
            )
            {
                foreach (Row row in _rows[org])
                {
                    if (row.Body is null)
                        continue;
                    await copy.StartRowAsync();
                    await copy.WriteAsync(orgs[org], NpgsqlDbType.Uuid);
                    await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid);
                    await copy.WriteAsync(row.Contact, NpgsqlDbType.Uuid);
                    await copy.WriteAsync(row.Body, NpgsqlDbType.Bytea);
                }
                await copy.CompleteAsync();
            }
        }
    }
}
