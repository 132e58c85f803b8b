using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Audit;

/// <summary>
/// The cost of the access ledger and of filing changes, whether text can leave the SDK without an entry, and whether
/// tampering with entries is found.
/// </summary>
sealed class AuditSuite : ISuite
{
    public string Name => "audit";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        (MigratedTemplate template, TestDatabase database, TestOrg org) = await LedgerData.CreateAsync(server, 20_000);
        await using MigratedTemplate _ = template;
        await using TestDatabase __ = database;
        if (size.Wants("read_gate_vs_none"))
            yield return await GateAsync(database, org, size);
        if (size.Wants("copy_100k_summary_vs_none"))
            yield return await ChangeFigures.CopyAsync(template, size);
        if (size.Wants("oltp_update"))
            yield return await ChangeFigures.UpdateAsync(template, size);
        if (size.Wants("images_vs_row_triggers"))
            yield return await ChangeFigures.ImagesAsync(template, size, supaAudit: false);
        if (size.Wants("images_vs_supa_audit"))
            yield return await ChangeFigures.ImagesAsync(template, size, supaAudit: true);
        if (size.Wants("seal_rows_per_second"))
            yield return await SealFigures.SpeedAsync(template, size);
        if (size.Wants("seal_lag_during_import"))
            yield return await SealFigures.LagAsync(template, size);
        if (size.IsReduced && size.Wants("tampers_missed"))
            yield return await SealFigures.TampersAsync(template, rounds: 20);
        if (size.Wants("plaintext_without_event"))
            yield return await LedgerKillFigures.MeasureAsync(
                database,
                org,
                clients: size.Pick(30, 12),
                servers: size.Pick(3, 2)
            );
    }

    public async IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size)
    {
        (MigratedTemplate template, TestDatabase database, TestOrg org) = await LedgerData.CreateAsync(server, 2_000);
        await using MigratedTemplate _ = template;
        await using TestDatabase __ = database;
        if (size.Wants("tampers_missed"))
            yield return await SealFigures.TampersAsync(template, rounds: 1000);
        if (size.Wants("plaintext_without_event"))
            yield return await LedgerKillFigures.MeasureAsync(
                database,
                org,
                clients: size.Pick(1000, 100),
                servers: size.Pick(50, 10)
            );
    }

    /// <summary>
    /// Reads pages of 50 events with content, once as the SDK does and once by the same function of the database
    /// without filing. Both decrypt every text.
    /// </summary>
    async Task<Figure> GateAsync(TestDatabase database, TestOrg org, ScorecardSize size)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        DateTimeOffset[] times = await session
            .Events.ReadAsync(EventFilter.All)
            .Select(e => e.OccurredAt)
            .ToArrayAsync();
        EventFilter FilterOf(int i)
        {
            int end = i * 7919 % (times.Length - LedgerData.PageSize);
            return EventFilter
                .All.InRange(new TimeRange(times[^1], times[end].AddSeconds(1)))
                .WithContent()
                .Newest(LedgerData.PageSize);
        }
        Interleaved.Comparison pages = await Interleaved.CompareAsync(
            async i =>
                await session.Events.ReadAsync(FilterOf(i)).LongCountAsync(e => e.Content?.Body is { Length: > 0 }),
            async i => await ReadUnfiledAsync(session, FilterOf(i)),
            size.Pick(600, 200),
            size.Pick(9, 3),
            warmUps: 2
        );
        return Figure.Create(
            Name,
            "read_gate_vs_none",
            pages.Ratios,
            "ratio",
            1.25,
            false,
            $"{pages.Note}; a page of 50 events with content, decrypted; loopback, fsync on; theirs calls the same "
                + "function without filing"
        );
    }

    static async Task<long> ReadUnfiledAsync(OrgSession session, EventFilter filter)
    {
        List<StoredEvent> page = await session.Transport.CallAsync(
            EventQuery.Read(session.Transport.TokenParameter(), filter, null, LedgerData.PageSize),
            EventQuery.MapStored,
            CancellationToken.None
        );
        using DataKeySet<KeyId> keys = await session.Encryption.DataKeys.RentManyAsync(
            session.Encryption.Org,
            DecryptionScope.KeysOf(page.Select(e => e.Body)),
            CancellationToken.None
        );
        long texts = 0;
        foreach (StoredEvent e in page)
            if (
                e.Body is { } envelope
                && EnvelopeFormat.TryReadKeyId(envelope, out KeyId key)
                && FieldCipher.TryDecryptText(
                    keys[key],
                    session.Encryption.Fields.Body,
                    e.Metadata.Id,
                    envelope,
                    out string? text
                ) == DecryptResult.Ok
                && text is { Length: > 0 }
            )
                texts++;
        return texts;
    }
}
