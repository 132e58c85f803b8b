using System.Globalization;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>An org whose events are stored by its owner, and what each of its roles reads of the feed.</summary>
sealed class FeedOrg(TestDatabase database, TestOrg org)
{
    internal static readonly DateTimeOffset Noon = new(2026, 1, 20, 12, 0, 0, TimeSpan.Zero);

    internal static readonly IngestSource Source = new("phone", TimesMayChange: true);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal TestOrg Org => org;

    internal static async Task<FeedOrg> CreateAsync(TestDatabase database, string name) =>
        new(database, await database.CreateOrgAsync(name, Cancellation));

    internal EventRecord Sms(string id, string party = "+4532123456", OrgRole member = OrgRole.Member) =>
        new()
        {
            OccurredAt = Noon,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = party,
            ExternalId = id,
            Member = org.Members[member],
            Body = "text",
        };

    internal async Task ImportAsync(params EventRecord[] records)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        await owner.Ingestion.IngestAsync(Source, GeneratedRecords.Async(records), cancellationToken: Cancellation);
    }

    internal async Task WriteAsync(params EventRecord[] records)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        await owner.Ingestion.WriteAsync(new IngestSource("hook"), records, Cancellation);
    }

    internal async Task<ContactId> FindAsync(string party)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        return (await owner.Contacts.FindByNumberAsync(party, cancellationToken: Cancellation))!.Value;
    }

    /// <summary>
    /// The position after everything that is committed now. Transactions of other tests on the same server may delay
    /// it.
    /// </summary>
    internal async Task<ChangeCursor> PositionAsync()
    {
        await using OrgSession session = await OpenAsync(OrgRole.Owner);
        await WaitForOlderTransactionsAsync();
        return await session.Changes.GetPositionAsync(Cancellation);
    }

    /// <summary>All entries after a position that are committed now and that a role may see.</summary>
    internal async Task<List<ChangeEntry>> ReadAsync(
        OrgRole role,
        ChangeCursor after,
        AccessPurpose purpose = AccessPurpose.None
    )
    {
        await using OrgSession session = await OpenAsync(role, purpose);
        List<ChangeEntry> entries = [];
        await WaitForOlderTransactionsAsync();
        while (true)
        {
            ChangePage page = await ChangePage.ReadAsync(session.Transport, after, Cancellation);
            entries.AddRange(page.Entries);
            after = page.Position;
            if (page.IsLast)
                return entries;
        }
    }

    /// <summary>The entries after a position that can be read at once.</summary>
    internal async Task<IReadOnlyList<ChangeEntry>> ReadPageAsync(OrgRole role, ChangeCursor after)
    {
        await using OrgSession session = await OpenAsync(role);
        return (await ChangePage.ReadAsync(session.Transport, after, Cancellation)).Entries;
    }

    internal ValueTask<OrgSession> OpenAsync(OrgRole role, AccessPurpose purpose = AccessPurpose.None) =>
        database.DataSource.OpenSessionAsync(org.As(role) with { Purpose = purpose }, Cancellation);

    /// <summary>Waits until every transaction that has an id now has ended.</summary>
    async Task WaitForOlderTransactionsAsync()
    {
        long last = await NumberAsync("select pg_current_xact_id()::text::bigint");
        while (await NumberAsync("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint") <= last)
            await Task.Delay(10, Cancellation);
    }

    async Task<long> NumberAsync(string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>Kinds and counts of entries, in an order of their own, for comparisons.</summary>
    internal static string Summary(IEnumerable<ChangeEntry> entries) =>
        string.Join(
            ", ",
            entries
                .Select(e => $"{e.Kind} {e.Events?.ToString(CultureInfo.InvariantCulture) ?? "-"}")
                .Order(StringComparer.Ordinal)
        );
}
