using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.ConversationHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Content of several people is encrypted under a key that each of them can unwrap.</summary>
public sealed class ConversationKeyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    [Fact]
    public async Task A_message_to_several_people_is_encrypted_under_a_key_that_is_wrapped_for_each_of_them()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("wrapped");
        await StoreAsync(admin, Sent("to three", Anna, Bo, Carl), Sent("to one", Anna));

        Assert.Equal(["conversation", "person"], await PurposesAsync(Database, org));
        Assert.Equal(
            (3L, 3L, 0L),
            (
                await CountAsync(org, "select count(*) from callintel_private.conversation_keys where org_id = $1"),
                await CountAsync(
                    org,
                    """
                    select count(*)
                      from callintel_private.conversation_keys c
                      join callintel_private.data_keys k on k.org_id = c.org_id and k.key_id = c.party_key_id
                       and k.purpose = 'person' and k.subject_id = c.party_id and not c.is_author
                     where c.org_id = $1
                    """
                ),
                await CountAsync(
                    org,
                    """
                    select count(*) from callintel_private.data_keys
                     where org_id = $1 and purpose = 'conversation' and wrapped is not null
                    """
                )
            )
        );
        Assert.Equal(["to one", "to three"], await BodiesAsync(admin));
    }

    [Fact]
    public async Task Both_ways_of_storing_records_use_the_same_key_for_the_same_people()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("lanes");
        await StoreAsync(admin, Sent("copied", Anna, Bo), Sent("copied in another order", Bo, Anna));
        IngestReport written = await admin.Ingestion.WriteAsync(Source, [Sent("written", Anna, Bo)], Cancellation);

        Assert.Equal(1, written.Inserted);
        Assert.Equal(["conversation", "conversation", "conversation"], await PurposesAsync(Database, org));
        Assert.Equal(
            1L,
            await CountAsync(
                org,
                "select count(*) from callintel_private.data_keys where org_id = $1 and purpose = 'conversation'"
            )
        );
        Assert.Equal(["copied", "copied in another order", "written"], await BodiesAsync(admin));
    }

    [Fact]
    public async Task Another_process_reads_a_conversation_and_adds_to_it()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("processes");
        await StoreAsync(admin, Sent("first", Anna, Bo));

        await using CallIntelDataSource other = Database.CreateDataSource();
        await using OrgSession session = await other.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);
        Assert.Equal(["first"], await BodiesAsync(session));
        await StoreAsync(session, Sent("second", Anna, Bo));

        Assert.Equal(["first", "second"], await BodiesAsync(admin));
        Assert.Equal(
            1L,
            await CountAsync(
                org,
                "select count(*) from callintel_private.data_keys where org_id = $1 and purpose = 'conversation'"
            )
        );
    }

    [Fact]
    public async Task Storing_a_record_again_counts_it_as_a_duplicate()
    {
        (_, OrgSession admin) = await OrgAsync("again");
        EventRecord record = Sent("once", Anna, Bo, Carl);
        await StoreAsync(admin, record);

        IngestReport again = await admin.Ingestion.WriteAsync(Source, [record], Cancellation);

        Assert.Equal((0L, 0L, 1L), (again.Inserted, again.Updated, again.Duplicate));
        Assert.Equal(["once"], await BodiesAsync(admin));
    }

    [Fact]
    public async Task Attachments_of_a_message_to_several_people_have_the_key_of_the_conversation()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("attachments");
        await StoreAsync(
            admin,
            Sent("with a picture", Anna, Bo) with
            {
                Parts = [new EventPart("image/png", "a.png")],
            }
        );

        Assert.Equal(
            1L,
            await CountAsync(
                org,
                """
                select count(*)
                  from callintel_private.event_parts p
                  join callintel_private.data_keys k on k.org_id = p.org_id
                   and k.key_id = substr(p.reference::bytea, 4, 32) and k.purpose = 'conversation'
                 where p.org_id = $1
                """
            )
        );
        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Anna), Cancellation);
        Assert.Equal("a.png", Assert.Single((await ReadOneAsync(admin)).Parts).Reference);
    }

    [Fact]
    public async Task Destroying_the_key_of_one_party_leaves_the_content_to_the_others()
    {
        (_, OrgSession admin) = await OrgAsync("one");
        await StoreAsync(admin, Sent("for the others", Anna, Bo, Carl), Conference("we all spoke", Anna, Bo));

        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Anna), Cancellation);
        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Carl), Cancellation);

        List<ConversationEvent> left = await ReadAsync(admin);
        Assert.Equal(
            ["for the others", "we all spoke"],
            left.Select(e => e.Content!.Body ?? e.Content.Transcript).Order()
        );
    }

    [Fact]
    public async Task Destroying_the_keys_of_all_parties_destroys_the_content()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("all");
        await StoreAsync(admin, Sent("for both", Anna, Bo));

        Assert.Equal(1, await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Anna), Cancellation));
        // The key of the last party, and that of the conversation.
        Assert.Equal(2, await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Bo), Cancellation));

        EventContent? lost = (await ReadOneAsync(admin)).Content;
        Assert.Equal((DecryptResult.CryptoShredded, null), (lost!.Status, lost.Body));
        Assert.Equal(
            0L,
            await CountAsync(org, "select count(*) from callintel_private.conversation_keys where org_id = $1")
        );
    }

    [Fact]
    public async Task Destroying_the_key_of_the_author_destroys_what_the_author_wrote()
    {
        (_, OrgSession admin) = await OrgAsync("author");
        await StoreAsync(admin, Received("Anna wrote", Anna, Bo, Carl), Received("Bo wrote", Bo, Anna, Carl));

        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Anna), Cancellation);

        List<ConversationEvent> left = await ReadAsync(admin);
        Assert.Equal(["Bo wrote", null], left.Select(e => e.Content!.Body).OrderDescending());
        Assert.Equal(DecryptResult.CryptoShredded, left.Single(e => e.Content!.Body is null).Content!.Status);
    }

    [Fact]
    public async Task A_database_without_the_keys_of_the_parties_has_no_key_of_the_conversation()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("by construction");
        await StoreAsync(admin, Sent("for both", Anna, Bo));

        // As if only the keys of the people had been destroyed, and nothing else had followed.
        await ScalarAsync<long>(
            Database,
            """
            with destroyed as (
                update callintel_private.data_keys set state = 4, wrapped = null, destroyed_at = now()
                 where org_id = $1 and purpose = 'person' returning 1
            )
            select count(*) from destroyed
            """,
            org.Id.Value
        );

        await using CallIntelDataSource other = Database.CreateDataSource();
        await using OrgSession session = await other.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);
        Assert.Equal(DecryptResult.CryptoShredded, (await ReadOneAsync(session)).Content!.Status);
    }

    [Fact]
    public async Task Conversations_stay_readable_after_a_rotation_that_destroys_the_old_epoch()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("rotated");
        await StoreAsync(admin, Sent("before", Anna, Bo));
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);

        RewrapProgress moved = await owner.Keys.RotateAsync(cancellationToken: Cancellation);
        Assert.Equal((0L, 0), (moved.Remaining, moved.Failed.Count));
        Assert.NotEmpty(await owner.Keys.DestroyOldEpochsAsync(Cancellation));

        await using CallIntelDataSource other = Database.CreateDataSource();
        await using OrgSession session = await other.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);
        Assert.Equal(["before"], await BodiesAsync(session));
        await StoreAsync(session, Sent("after", Anna, Bo));
        Assert.Equal(["after", "before"], await BodiesAsync(session));
    }

    [Fact]
    public async Task Nothing_is_stored_of_a_contact_whose_key_was_destroyed()
    {
        (_, OrgSession admin) = await OrgAsync("refused");
        await StoreAsync(admin, Sent("first", Anna, Bo));
        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Anna), Cancellation);

        IngestReport report = await admin.Ingestion.WriteAsync(
            Source,
            [
                Sent("to Anna and Bo", Anna, Bo),
                Received("from Anna", Anna, Bo),
                Sent("a picture for Anna", Anna, Bo) with
                {
                    Body = null,
                    Parts = [new EventPart("image/png", "a.png")],
                },
                Sent("to Bo and Anna", Bo, Anna),
            ],
            Cancellation
        );

        // The last message is one of Bo, in which Anna only took part.
        Assert.Equal((1L, 3L), (report.Inserted, report.Rejected));
        Assert.Equal("subject_erased", Assert.Single(report.RejectReasons).Reason);
        Assert.Equal(["first", "to Bo and Anna"], await BodiesAsync(admin));
    }

    [Fact]
    public async Task Content_that_was_stored_for_one_party_is_encrypted_again_for_all()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("again for all");
        await StoreAsync(
            admin,
            Sent("to Anna", Anna) with
            {
                Parts = [new EventPart("image/png", "a.png")],
            },
            Sent("to Carl", Carl)
        );
        ConversationEvent sent = (await ReadAsync(admin)).Single(e => e.Content!.Body == "to Anna");
        // As a version that encrypted for the contact of the event stored it.
        await ScalarAsync<long>(
            Database,
            """
            with added as (
                insert into callintel_private.event_participants
                       (org_id, event_id, contact_id, member_id, party_id, ordinal, role, outcome)
                select e.org_id, e.id, e.contact_id, e.member_id, $3, 0, 2, 0
                  from callintel_private.events e where e.org_id = $1 and e.id = $2 returning 1
            )
            select count(*) from added
            """,
            org.Id.Value,
            sent.Id,
            (await ContactAsync(admin, Carl)).Value
        );
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);

        Assert.Equal(2, await owner.Ingestion.EncryptSharedContentAsync(Cancellation));
        Assert.Equal(0, await owner.Ingestion.EncryptSharedContentAsync(Cancellation));

        Assert.Equal(["conversation", "person"], await PurposesAsync(Database, org));
        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, Anna), Cancellation);
        sent = (await ReadAsync(admin)).Single(e => e.Id == sent.Id);
        Assert.Equal(("to Anna", "a.png"), (sent.Content!.Body, Assert.Single(sent.Parts).Reference));
    }

    [Fact]
    public async Task A_member_without_the_permission_cannot_encrypt_content_again()
    {
        (TestOrg org, _) = await OrgAsync("not for members");
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        await RefusedAsync("CI0005", () => member.Ingestion.EncryptSharedContentAsync(Cancellation));
    }

    async Task<(TestOrg Org, OrgSession Admin)> OrgAsync(string name)
    {
        TestOrg org = await Database.CreateOrgAsync($"conversation {name}", Cancellation);
        return (org, await org.OpenSessionAsync(OrgRole.Admin, Cancellation));
    }

    Task<long> CountAsync(TestOrg org, string sql) => ScalarAsync<long>(Database, sql, org.Id.Value);

    static async Task<string?[]> BodiesAsync(OrgSession session) =>
        [.. (await ReadAsync(session)).Select(e => e.Content!.Body).Order()];
}
