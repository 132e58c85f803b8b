using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>
/// Restores a backup that is older than an erasure, and tests what the operations guide promises about backups and
/// destroyed epochs.
/// </summary>
public sealed class RestoreDrillTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Erased = "+4520000071",
        Kept = "+4520000072";
    static readonly IngestSource Source = new("drill", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_older_than_an_erasure_restores_no_erased_person_after_epoch_and_root_key_are_destroyed()
    {
        string ringFile = Path.Combine(Directory.CreateTempSubdirectory("callintel-drill-").FullName, "ring.json");
        try
        {
            using KeyRingFileProvider ring = KeyRingFileProvider.Create(ringFile, KeyRingProtection.FileModeOnly);
            await using CallIntelDataSource live = fixture.Database.CreateDataSource(options =>
                options.RootKeys = ring
            );
            TestOrg org = await TestOrg.CreateAsync(live, "drill", Cancellation);
            await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
            IngestReport first = await IngestAsync(owner);
            Assert.Equal((5, 4, 1), (first.Read, first.Inserted, first.Rejected));
            (ContactId erased, ContactId kept) = (await ContactAsync(owner, Erased), await ContactAsync(owner, Kept));
            await owner.Contacts.SetDisplayNameAsync(erased, "Erased Person", Cancellation);
            await owner.Contacts.SetDisplayNameAsync(kept, "Kept Person", Cancellation);
            string before = await fixture.Database.DumpAsync(Cancellation);

            await owner.Keys.CryptoShredAsync(erased, Cancellation);
            Assert.Equal(0, (await owner.Keys.RotateAsync(cancellationToken: Cancellation)).Remaining);
            Assert.Equal([1], await owner.Keys.DestroyOldEpochsAsync(Cancellation));

            // The epoch is gone from the database, not from the backup: until its root key is destroyed, the backup
            // opens.
            await using TestDatabase old = await server.Template.RestoreAsync(before, Cancellation);
            Assert.Contains((erased, ("secret of the erased", DecryptResult.Ok)), await ReadAsync(old, org, ringFile));

            string oldRoot = ring.ActiveRootKeyId;
            ring.Rotate();
            CallIntelOperations operations = new(fixture.Database.Admin);
            RootRewrapProgress moved = await operations.RewrapOrgKeysAsync(ring, cancellationToken: Cancellation);
            Assert.Equal((3, 0), (moved.Rewrapped, moved.Remaining)); // the epoch, the blind index, the event ids
            await operations.DestroyRootKeyAsync(ring, oldRoot, Cancellation);
            string after = await fixture.Database.DumpAsync(Cancellation);

            // the same file, the same dump: nobody's content, number or name, and no error either
            List<(ContactId? Contact, (string? Body, DecryptResult Status) Read)> dead = await ReadAsync(
                old,
                org,
                ringFile
            );
            Assert.Equal(4, dead.Count);
            Assert.All(dead, e => Assert.Equal((null, DecryptResult.CryptoShredded), e.Read));
            await AssertPeopleAsync(old, org, ringFile, new() { [erased] = (null, null), [kept] = (null, null) });
            await AssertDeadAsync(old, org, ringFile, first.RunId);

            // a backup from after it: all but the erased
            await using TestDatabase recent = await server.Template.RestoreAsync(after, Cancellation);
            List<(ContactId? Contact, (string? Body, DecryptResult Status) Read)> alive = await ReadAsync(
                recent,
                org,
                ringFile
            );
            Assert.Equal(
                [(null, DecryptResult.CryptoShredded)],
                alive.Where(e => e.Contact == erased).Select(e => e.Read).Distinct()
            );
            Assert.Equal(
                [("of nobody", DecryptResult.Ok), ("secret of the kept", DecryptResult.Ok)],
                alive.Where(e => e.Contact != erased).Select(e => e.Read).OrderBy(r => r.Body, StringComparer.Ordinal)
            );
            await AssertPeopleAsync(
                recent,
                org,
                ringFile,
                new() { [erased] = (null, null), [kept] = (Kept, "Kept Person") }
            );
            await AssertAliveAsync(recent, org, ringFile, kept);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(ringFile)!, recursive: true);
        }
    }

    static Task<IngestReport> IngestAsync(OrgSession session)
    {
        EventRecord like = GeneratedRecords.Take(1).Single();
        return session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async([
                like with
                {
                    Party = Erased,
                    ExternalId = "1",
                    Body = "secret of the erased",
                },
                like with
                {
                    Party = Erased,
                    ExternalId = null,
                    Body = "another of the erased",
                },
                like with
                {
                    Party = Kept,
                    ExternalId = null,
                    Body = "secret of the kept",
                },
                like with
                {
                    Party = null,
                    ExternalId = null,
                    Body = "of nobody",
                },
                EventRecord.Unreadable(RejectReason.Malformed, "refused secret"),
            ]),
            cancellationToken: Cancellation
        );
    }

    static async Task<ContactId> ContactAsync(OrgSession session, string number) =>
        (await session.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value;

    /// <summary>
    /// Opens the key-ring file anew, as a process on another machine would, and runs once as each role that reads
    /// content.
    /// </summary>
    static async Task WithAsync(
        TestDatabase database,
        TestOrg org,
        string ringFile,
        Func<OrgSession, Task> read,
        params OrgRole[] roles
    )
    {
        using KeyRingFileProvider ring = KeyRingFileProvider.Open(ringFile, KeyRingProtection.FileModeOnly);
        foreach (OrgRole role in roles)
        {
            await using CallIntelDataSource source = database.CreateDataSource(options => options.RootKeys = ring);
            await using OrgSession session = await source.OpenSessionAsync(org.As(role), Cancellation);
            await read(session);
        }
    }

    static async Task<List<(ContactId? Contact, (string? Body, DecryptResult Status) Read)>> ReadAsync(
        TestDatabase database,
        TestOrg org,
        string ringFile
    )
    {
        List<List<(ContactId?, (string?, DecryptResult))>> reads = [];
        await WithAsync(
            database,
            org,
            ringFile,
            async session =>
                reads.Add(
                    await session
                        .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                        .Select(e => (e.Contact, (e.Content!.Body, e.Content.Status)))
                        .ToListAsync(Cancellation)
                ),
            OrgRole.Owner,
            OrgRole.Analyst
        );
        Assert.Equal(reads[0], reads[1]);
        return reads[0];
    }

    static Task AssertPeopleAsync(
        TestDatabase database,
        TestOrg org,
        string ringFile,
        Dictionary<ContactId, (string? Number, string? Name)> expected
    ) =>
        WithAsync(
            database,
            org,
            ringFile,
            async session =>
            {
                IReadOnlyDictionary<ContactId, ContactName> names = await session.Contacts.ListDisplayNamesAsync(
                    [.. expected.Keys],
                    Cancellation
                );
                foreach ((ContactId contact, (string? number, string? name)) in expected)
                {
                    ContactNumber stored = Assert.Single(
                        await session.Contacts.ListNumbersAsync(contact, Cancellation)
                    );
                    Assert.Equal(
                        (number, number is null ? DecryptResult.CryptoShredded : DecryptResult.Ok),
                        (stored.Value, stored.Status)
                    );
                    Assert.Equal(
                        (name, name is null ? DecryptResult.CryptoShredded : DecryptResult.Ok),
                        (names[contact].Value, names[contact].Status)
                    );
                }
            },
            OrgRole.Owner,
            OrgRole.Analyst
        );

    /// <summary>
    /// Searching finds nobody, rejects are unreadable, and nothing is stored under ids that would not be those of the
    /// live database.
    /// </summary>
    static async Task AssertDeadAsync(TestDatabase database, TestOrg org, string ringFile, Guid run)
    {
        await WithAsync(
            database,
            org,
            ringFile,
            async session =>
                Assert.Null(await session.Contacts.FindByNumberAsync(Kept, cancellationToken: Cancellation)),
            OrgRole.Owner,
            OrgRole.Analyst
        );
        await WithAsync(
            database,
            org,
            ringFile,
            async session =>
            {
                Assert.Equal(
                    [(null, DecryptResult.CryptoShredded)],
                    await session
                        .Ingestion.ReadRejectsAsync(run, Cancellation)
                        .Select(r => (r.Raw, r.Status))
                        .ToListAsync(Cancellation)
                );
                Assert.Equal(
                    CryptoErrorCodes.OrgKeyDestroyed,
                    (await Assert.ThrowsAsync<CallIntelException>(() => IngestAsync(session))).Code
                );
            },
            OrgRole.Owner
        );
        Assert.Equal(4, await StoredState.CountAsync(database, org, "events"));
    }

    /// <summary>
    /// Keys that were moved find what was stored under them: numbers, and the ids of records that have none.
    /// </summary>
    static Task AssertAliveAsync(TestDatabase database, TestOrg org, string ringFile, ContactId kept) =>
        WithAsync(
            database,
            org,
            ringFile,
            async session =>
            {
                Assert.Equal(kept, await ContactAsync(session, Kept));
                IngestReport again = await IngestAsync(session);
                // the erased person's two are refused
                Assert.Equal((0, 2, 3), (again.Inserted, again.Duplicate, again.Rejected));
            },
            OrgRole.Owner
        );
}
