using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.NumberHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Tests a rotation of the blind index from start to end, and its failures.</summary>
public sealed class BlindIndexRotationTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    [Fact]
    public async Task Every_number_is_reindexed_and_found_after_the_old_key_version_is_destroyed()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("moving");
        string[] numbers = Numbers(250);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, numbers);
        Guid[] before = await IndexesAsync(Database, org);
        // hidden also from who rotates, but not left behind
        await PrivacyRules.SetAsync(org, contacts[7]!.Value, 3, Cancellation);

        ReindexProgress done = await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        Assert.Equal((2, 250, 0, 0), (done.Version, done.Reindexed, done.Dropped, done.Remaining));
        Assert.Empty(done.Failed);
        Assert.Equal("2:250", await VersionsAsync(Database, org));
        Assert.Empty((await IndexesAsync(Database, org)).Intersect(before));
        Assert.Equal([1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        Assert.Empty(await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));

        await using CallIntelDataSource fresh = Database.CreateDataSource();
        ContactId?[] expected = [.. contacts];
        expected[7] = null;
        Assert.Equal(expected, await FindAsync(fresh, org, numbers));
        Assert.Equal(
            numbers.Where((_, i) => i != 7).Select(n => (n, DecryptResult.Ok)),
            (await NumbersOfAsync(fresh, org, expected.Where(c => c is not null))).Select(n => (n.Value!, n.Status))
        );
        await IngestAsync(fresh, org, numbers);
        await AssertOneContactEachAsync(Database, org, 250);
        Assert.Equal(
            "destroy kind 2 version 1 state 4",
            await ScalarAsync<string>(
                Database,
                """
                select action || ' ' || detail from callintel_private.audit_log
                 where org_id = $1 and op = 0 and object = 'org_keys' order by id desc limit 1
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Numbers_under_a_readable_key_version_are_found_when_another_version_is_damaged()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("damaged");
        string[] numbers = Numbers(20);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, numbers);
        await KilledRotationAsync(owner, pageSize: 10, pages: 1);
        await ScalarAsync<long>(
            Database,
            """
            with damaged as (update callintel_private.org_keys
                set wrapped = decode(repeat('00', octet_length(wrapped)), 'hex')
                where org_id = $1 and kind = 2 and version = 1 returning 1)
            select count(*) from damaged
            """,
            org.Id.Value
        );

        await using CallIntelDataSource fresh = Database.CreateDataSource();
        await using OrgSession session = await fresh.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        int found = 0,
            failed = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            try
            {
                Assert.Equal(
                    contacts[i],
                    await session.Contacts.FindByNumberAsync(numbers[i], cancellationToken: Cancellation)
                );
                found++;
            }
            catch (CallIntelException e) when (e.Code == CryptoErrorCodes.RootUnwrapFailed)
            {
                failed++;
            }
        }
        Assert.Equal((10, 10), (found, failed));
    }

    [Fact]
    public async Task An_interrupted_rotation_resumes_with_the_same_version_and_keeps_the_old_one_until_done()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("killed");
        string[] numbers = Numbers(100);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, numbers);
        await KilledRotationAsync(owner, pageSize: 30, pages: 2);
        Assert.Equal("1:40 2:60", await VersionsAsync(Database, org));
        await RefusedAsync(CryptoErrorCodes.ReindexIncomplete, () =>
            owner.Keys.DestroyOldBlindIndexesAsync(Cancellation)
        );

        // both versions are live: nobody is missed, and nobody is stored twice
        await using CallIntelDataSource fresh = Database.CreateDataSource();
        Assert.Equal(contacts, await FindAsync(fresh, org, numbers));
        await IngestAsync(fresh, org, [.. numbers, .. Numbers(5, from: 100)]);
        await AssertOneContactEachAsync(Database, org, 105);
        Assert.Equal("1:40 2:65", await VersionsAsync(Database, org));

        await using OrgSession another = await fresh.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        List<ReindexProgress> reports = [];
        ReindexProgress done = await another.Keys.RotateBlindIndexAsync(
            new NumberHarness.Progress<ReindexProgress>(reports.Add),
            Cancellation
        );
        Assert.Equal((2, 40, 0), (done.Version, done.Reindexed, done.Remaining));
        Assert.Equal([(40L, 0L)], reports.Select(r => (r.Reindexed, r.Remaining)));
        Assert.Equal([1], await another.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        Assert.Equal(contacts, await FindAsync(Database.DataSource, org, numbers));

        // the next one is a rotation of its own
        Assert.Equal(
            (3, 105),
            (
                await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation) is { } next
                    ? (next.Version, next.Reindexed)
                    : default
            )
        );
    }

    /// <summary>
    /// Ciphertext of a destroyed key tells no number, so nothing can be computed from it; the index it left behind
    /// goes.
    /// </summary>
    [Fact]
    public async Task The_number_of_a_shredded_contact_is_dropped_and_later_belongs_to_a_new_contact()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("shredded");
        string[] numbers = Numbers(20);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, numbers);
        await owner.Keys.CryptoShredAsync(contacts[3]!.Value, Cancellation);
        // until then the index still finds
        Assert.Equal(contacts[3], (await FindAsync(Database.DataSource, org, [numbers[3]]))[0]);

        ReindexProgress done = await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        Assert.Equal((19, 1, 0), (done.Reindexed, done.Dropped, done.Remaining));
        Assert.Empty(done.Failed);
        Assert.Null((await FindAsync(Database.DataSource, org, [numbers[3]]))[0]);
        Assert.Equal([1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        Assert.Equal(
            1L,
            await ScalarAsync<long>(
                Database,
                """
                select row_count from callintel_private.audit_log
                 where org_id = $1 and action = 'drop' and object = 'contact_numbers'
                """,
                org.Id.Value
            )
        );

        // what was stored of them stays, unreadable; what comes now belongs to another contact
        IngestReport again = await IngestAsync(Database.DataSource, org, numbers);
        Assert.Equal((20, 0), (again.Inserted, again.Rejected));
        ContactId? anew = (await FindAsync(Database.DataSource, org, [numbers[3]]))[0];
        Assert.NotNull(anew);
        Assert.NotEqual(contacts[3], anew);
        EventContent erased = (
            await owner
                .Events.ReadAsync(EventFilter.All.ForContact(contacts[3]!.Value).WithContent(), Cancellation)
                .SingleAsync(Cancellation)
        ).Content!;
        Assert.Equal(DecryptResult.CryptoShredded, erased.Status);
    }

    [Fact]
    public async Task A_contact_shredded_during_a_rotation_does_not_become_findable_again()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("shredded meanwhile");
        string number = Numbers(1)[0];
        await IngestAsync(Database.DataSource, org, [number]);
        ContactId contact = (await FindAsync(Database.DataSource, org, [number]))[0]!.Value;
        await owner.Encryption.OrgKeys.RotateAsync(org.Id.Value, OrgKeyKind.BlindIndex, Cancellation);
        StoredNumbers stored = new(owner.Transport, owner.Encryption.Gate);
        StoredNumbers.Row read = Assert.Single(
            (await stored.ReadOutdatedAsync(2, null, 10, owner.Encryption.Gate.Reason(), Cancellation)).Rows
        );
        // nobody's number goes on the caller's word alone
        Assert.Equal(0, await stored.DropShreddedAsync([read.Index], 2, Cancellation));
        await owner.Keys.CryptoShredAsync(contact, Cancellation);

        Assert.Equal(0, (await stored.ReplaceAsync(2, [new(read, NewId(), read.Number)], Cancellation)).Replaced);
        Assert.Equal("1:1", await VersionsAsync(Database, org));
        Assert.Equal(
            (0, 1),
            await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation) is { } done
                ? (done.Reindexed, done.Dropped)
                : default
        );
        Assert.Equal("", await VersionsAsync(Database, org));
    }

    [Fact]
    public async Task A_number_that_cannot_be_decrypted_is_reported_and_keeps_the_old_key_version()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("damaged");
        string[] numbers = Numbers(10);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId damaged = (await FindAsync(Database.DataSource, org, numbers))[4]!.Value;
        await ScalarAsync<int>(
            Database,
            """
            update callintel_private.contact_numbers
               set number = set_byte(number::bytea, 60, get_byte(number::bytea, 60) # 1)
             where org_id = $1 and contact_id = $2 returning 1
            """,
            org.Id.Value,
            damaged.Value
        );

        ReindexProgress done = await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        Assert.Equal((9, 0, 1), (done.Reindexed, done.Dropped, done.Remaining));
        Assert.Equal([damaged], done.Failed);
        await RefusedAsync(CryptoErrorCodes.ReindexIncomplete, () =>
            owner.Keys.DestroyOldBlindIndexesAsync(Cancellation)
        );
        Assert.Equal(damaged, (await FindAsync(Database.DataSource, org, [numbers[4]]))[0]); // nothing is lost by it
        Assert.Equal(
            (0, 1),
            await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation) is { } again
                ? (again.Reindexed, again.Remaining)
                : default
        );

        await ScalarAsync<int>(
            Database,
            "delete from callintel_private.contact_numbers where org_id = $1 and contact_id = $2 returning 1",
            org.Id.Value,
            damaged.Value
        );
        Assert.Equal([1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
    }

    /// <summary>Statements of the host's own can bring that about; then it is for people to say who is who.</summary>
    [Fact]
    public async Task A_number_that_belongs_to_two_contacts_is_reported_and_left_unchanged()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("claimed");
        string[] numbers = Numbers(3);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId first = (await FindAsync(Database.DataSource, org, numbers))[0]!.Value;
        Guid index = await ScalarAsync<Guid>(
            Database,
            "select number_index from callintel_private.contact_numbers where org_id = $1 and contact_id = $2",
            org.Id.Value,
            first.Value
        );
        await ScalarAsync<int>(
            Database,
            """
            update callintel_private.contact_numbers set number_index = $3 where org_id = $1 and contact_id = $2
            returning 1
            """,
            org.Id.Value,
            first.Value,
            NewId()
        );
        await owner.Encryption.OrgKeys.RotateAsync(org.Id.Value, OrgKeyKind.BlindIndex, Cancellation);
        await IngestAsync(Database.DataSource, org, [numbers[0]]);
        await ScalarAsync<int>(
            Database,
            """
            update callintel_private.contact_numbers set number_index = $3 where org_id = $1 and contact_id = $2
            returning 1
            """,
            org.Id.Value,
            first.Value,
            index
        );

        ReindexProgress done = await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        Assert.Equal((2, 1), (done.Reindexed, done.Remaining));
        Assert.Equal([first], done.Failed);
        Assert.Equal("1:1 2:3", await VersionsAsync(Database, org));
    }

    [Fact]
    public async Task An_envelope_that_cannot_be_decrypted_under_its_new_index_is_not_stored()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("verified");
        KeySubject person = NewPerson();
        FieldHandle field = owner.Encryption.Fields.Number;
        Guid index = NewId();
        using DataKeySet<KeySubject> keys = await owner.Encryption.RentForEncryptionAsync(
            [new KeyDemand(person, 1)],
            Cancellation
        );
        byte[] envelope = Envelopes.Encrypt(keys[person], field, index, "+4520123456"u8);
        NumberReindexer.Verify(keys[person], field, index, envelope, "+4520123456");
        foreach (
            (Guid row, byte[] stored, string value) in new[]
            {
                (NewId(), envelope, "+4520123456"),
                (index, envelope, "+4520123457"),
                (index, envelope[..^1], "+4520123456"),
            }
        )
            Assert.Equal(
                CryptoErrorCodes.ReindexVerificationFailed,
                Assert
                    .Throws<CallIntelException>(() => NumberReindexer.Verify(keys[person], field, row, stored, value))
                    .Code
            );
    }

    [Fact]
    public async Task Only_members_who_manage_keys_rotate_and_only_their_own_org_changes()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("own");
        (TestOrg other, OrgSession _) = await OrgAsync("other");
        await IngestAsync(Database.DataSource, org, Numbers(10));
        await IngestAsync(Database.DataSource, other, Numbers(10));
        Guid[] theirs = await IndexesAsync(Database, other);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            admin.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation)
        );
        Assert.Equal("1:10", await VersionsAsync(Database, org));
        await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () => admin.Keys.DestroyOldBlindIndexesAsync(Cancellation));

        // the functions beneath, called by hand with another org's indexes
        StoredNumbers stored = new(owner.Transport, owner.Encryption.Gate);
        Assert.Equal(0, await stored.DropShreddedAsync(theirs, int.MaxValue, Cancellation));
        Assert.All(
            (
                await stored.ReadOutdatedAsync(int.MaxValue, null, 1000, owner.Encryption.Gate.Reason(), Cancellation)
            ).Rows,
            row => Assert.DoesNotContain(row.Index, theirs)
        );
        Assert.Equal(10, await stored.CountOutdatedAsync(int.MaxValue, Cancellation));
        Assert.Equal(theirs.Order(), (await IndexesAsync(Database, other)).Order());
        Assert.Equal("1:10", await VersionsAsync(Database, other));
    }

    [Fact]
    public async Task An_org_without_keys_has_nothing_to_rotate()
    {
        (TestOrg org, OrgSession owner) = await OrgAsync("empty");
        Assert.Empty(await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        ReindexProgress done = await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        Assert.Equal((1, 0, 0), (done.Version, done.Reindexed, done.Remaining));
        Assert.Null((await FindAsync(Database.DataSource, org, Numbers(1)))[0]);
    }

    async Task<(TestOrg Org, OrgSession Owner)> OrgAsync(string name)
    {
        TestOrg org = await Database.CreateOrgAsync(name, Cancellation);
        return (org, await org.OpenSessionAsync(OrgRole.Owner, Cancellation));
    }
}
