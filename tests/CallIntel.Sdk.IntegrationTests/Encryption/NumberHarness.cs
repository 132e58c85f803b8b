using System.Security.Cryptography;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Numbers of an org during a rotation of its blind-index key: stores, finds and counts them.</summary>
static class NumberHarness
{
    static readonly IngestSource Source = new("numbers", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string[] Numbers(int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(n => $"+4520{100_000 + n}")];

    internal static IEnumerable<EventRecord> RecordsOf(IEnumerable<string> numbers)
    {
        EventRecord like = GeneratedRecords.Take(1).Single();
        return numbers.Select(n =>
            like with
            {
                Party = n,
                ExternalId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
                Body = $"to {n}",
            }
        );
    }

    internal static async Task<IngestReport> IngestAsync(
        CallIntelDataSource process,
        TestOrg org,
        IEnumerable<string> numbers
    )
    {
        await using OrgSession session = await process.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        IngestReport report = await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(RecordsOf(numbers)),
            cancellationToken: Cancellation
        );
        Assert.Equal(0, report.Duplicate);
        return report;
    }

    /// <summary>The contact of each number, as a process that may not have seen this org before finds it.</summary>
    internal static async Task<ContactId?[]> FindAsync(
        CallIntelDataSource process,
        TestOrg org,
        IEnumerable<string> numbers
    )
    {
        await using OrgSession session = await process.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        List<ContactId?> found = [];
        foreach (string number in numbers)
            found.Add(await session.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation));
        return [.. found];
    }

    internal static async Task<(string? Value, DecryptResult Status)[]> NumbersOfAsync(
        CallIntelDataSource process,
        TestOrg org,
        IEnumerable<ContactId?> contacts
    )
    {
        await using OrgSession session = await process.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        List<(string?, DecryptResult)> numbers = [];
        foreach (ContactId? contact in contacts)
            numbers.AddRange(
                (await session.Contacts.ListNumbersAsync(contact!.Value, Cancellation)).Select(n => (n.Value, n.Status))
            );
        return [.. numbers];
    }

    /// <summary>
    /// As many numbers as contacts, each contact with one, and none lost: what neither a duplicate nor a lost contact
    /// leaves true.
    /// </summary>
    internal static async Task AssertOneContactEachAsync(TestDatabase database, TestOrg org, int count) =>
        Assert.Equal(
            $"{count} contacts, {count} numbers of {count}, {count} with events",
            await KeyHarness.ScalarAsync<string>(
                database,
                """
                select format('%s contacts, %s numbers of %s, %s with events',
                              (select count(*) from callintel_private.contacts where org_id = $1),
                              (select count(*) from callintel_private.contact_numbers where org_id = $1),
                              (select count(distinct contact_id) from callintel_private.contact_numbers
                                where org_id = $1),
                              (select count(distinct contact_id) from callintel_private.events where org_id = $1))
                """,
                org.Id.Value
            )
        );

    /// <summary>How many numbers stand under each version, for example <c>1:40 2:60</c>.</summary>
    internal static Task<string> VersionsAsync(TestDatabase database, TestOrg org) =>
        KeyHarness.ScalarAsync<string>(
            database,
            """
            select coalesce(string_agg(v.index_version || ':' || v.n, ' ' order by v.index_version), '')
              from (select index_version, count(*) as n from callintel_private.contact_numbers where org_id = $1
                group by 1) v
            """,
            org.Id.Value
        );

    internal static Task<Guid[]> IndexesAsync(TestDatabase database, TestOrg org) =>
        KeyHarness.ScalarAsync<Guid[]>(
            database,
            "select array_agg(number_index) from callintel_private.contact_numbers where org_id = $1",
            org.Id.Value
        );

    /// <summary>A rotation in small pages that ends, as a process does that is killed, after some of them.</summary>
    internal static async Task KilledRotationAsync(OrgSession owner, int pageSize, int pages)
    {
        await owner.Encryption.OrgKeys.RotateAsync(owner.Identity.Org.Value, OrgKeyKind.BlindIndex, Cancellation);
        await Assert.ThrowsAsync<TimeoutException>(() =>
            new NumberReindexer(owner.Encryption) { PageSize = pageSize }.RunAsync(
                new Progress<ReindexProgress>(_ =>
                {
                    if (--pages == 0)
                        throw new TimeoutException();
                }),
                Cancellation
            )
        );
    }

    /// <summary>Tells at once, in the caller's thread.</summary>
    internal sealed class Progress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
