using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Records of an erased or opted-out number are recognized on every lane and in every notation.</summary>
public sealed class SuppressionTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    /// <summary>Notations of <see cref="ErasureOrg.Erased"/> that sources with the region DK use.</summary>
    static readonly string[] Notations =
    [
        "+4529837461",
        "004529837461",
        "29837461",
        "29 83 74 61",
        "29-83-74-61",
        "2983 7461",
        "29.83.74.61",
        "+45 29 83 74 61",
        "+45 2983 7461",
        "+45-29-83-74-61",
        "0045 29 83 74 61",
        "(+45) 29 83 74 61",
        "+45 (29) 83 74 61",
        "tel:+4529837461",
        " 29 83 74 61 ",
        "+45\u00a029\u00a083\u00a074\u00a061",
        "+45.2983.7461",
        "29/83/74/61",
        "29 83 74 61 ext. 12",
        "\uff0b\uff14\uff15\uff12\uff19\uff18\uff13\uff17\uff14\uff16\uff11",
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static EventRecord Like => GeneratedRecords.Take(1).Single();

    [Fact]
    public async Task An_erased_number_is_recognized_in_twenty_notations_by_bulk_imports_and_by_webhooks()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "notations");
        ContactId contact = await org.FillAsync(1);
        await org.Admin.Erasures.RunAsync(await org.RequestAsync(contact), Cancellation);
        long events = await CountAsync(org);

        IngestReport bulk = await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async([.. Records("bulk"), KeptRecord("bulk")]),
            cancellationToken: Cancellation
        );
        Assert.Equal((21L, 20L, 1L), (bulk.Read, bulk.Suppressed, bulk.Inserted));

        IngestReport together = await org.Admin.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [.. Records("together"), KeptRecord("together")],
            Cancellation
        );
        Assert.Equal((21L, 20L, 1L), (together.Read, together.Suppressed, together.Inserted));

        foreach (EventRecord record in Records("one"))
        {
            IngestReport one = await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [record], Cancellation);
            Assert.Equal((1L, 1L, 0L), (one.Read, one.Suppressed, one.Inserted));
        }

        Assert.Equal(events + 2, await CountAsync(org));
        Assert.Null(await org.Admin.Contacts.FindByNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation));
        Assert.True(
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.audit_log where org_id = $1 and object = 'contact_numbers'"
                    + " and action = 'suppress'",
                org.Org.Id.Value
            ) > 0
        );
        Assert.Equal(
            40L + 20,
            await ScalarAsync<long>(
                fixture.Database,
                "select sum(suppressed)::bigint from callintel_private.sync_runs where org_id = $1",
                org.Org.Id.Value
            )
        );
    }

    [Fact]
    public async Task A_process_that_still_knows_an_erased_contact_stores_nothing_of_it_on_any_lane()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "known");
        ContactId contact = await org.FillAsync(1);
        await using CallIntelDataSource other = fixture.Database.CreateDataSource();
        await using OrgSession webhooks = await other.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        Assert.Equal(1, (await webhooks.Ingestion.WriteAsync(ErasureOrg.Source, [Erased("a")], Cancellation)).Inserted);

        await org.Admin.Erasures.RunAsync(await org.RequestAsync(contact), Cancellation);

        // without content there is no key to ask for, so only the id of the contact tells
        EventRecord silent = Erased("b") with { Body = null, Channel = EventChannel.Call };
        IngestReport single = await webhooks.Ingestion.WriteAsync(ErasureOrg.Source, [silent], Cancellation);
        Assert.Equal((1L, 0L), (single.Suppressed, single.Inserted));
        IngestReport several = await webhooks.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [silent with { ExternalId = "c" }, KeptRecord("c")],
            Cancellation
        );
        Assert.Equal((1L, 1L), (several.Suppressed, several.Inserted));
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.events where contact_id = $1",
                contact.Value
            )
        );
    }

    [Theory]
    [InlineData(SuppressionAction.Redact)]
    [InlineData(SuppressionAction.KeepMetadata)]
    public async Task Records_are_stored_without_content_if_the_org_keeps_them(SuppressionAction action)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, $"action {action}");
        Assert.True(await org.Admin.SubjectRequests.SuppressNumberAsync("29 83 74 61", "DK", Cancellation));
        Assert.False(await org.Admin.SubjectRequests.SuppressNumberAsync("+4529837461", null, Cancellation));
        await org.Admin.SubjectRequests.SetSuppressionActionAsync(action, Cancellation);
        Assert.Equal(
            new SuppressionSettings(action, 1),
            await org.Admin.SubjectRequests.ReadSuppressionAsync(Cancellation)
        );

        IngestReport bulk = await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async([Erased("bulk")]),
            cancellationToken: Cancellation
        );
        IngestReport single = await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [Erased("one")], Cancellation);
        Assert.Equal((1L, 1L, 0L), (bulk.Inserted, single.Inserted, bulk.Suppressed + single.Suppressed));

        List<ConversationEvent> stored = await org
            .Admin.Events.ReadAsync(EventFilter.All.WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(2, stored.Count);
        Assert.All(stored, e => Assert.Null(e.Content?.Body));
        Assert.All(stored, e => Assert.Equal(action is SuppressionAction.KeepMetadata, e.Contact is not null));
    }

    [Fact]
    public async Task A_number_that_is_suppressed_while_its_contact_is_stored_gets_no_more_records_until_it_is_removed()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "opt-out");
        await org.FillAsync(1);
        await org.Admin.SubjectRequests.SuppressNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation);
        IngestReport kept = await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [Erased("x")], Cancellation);
        Assert.Equal((1L, 0L), (kept.Suppressed, kept.Inserted));
        IngestReport bulk = await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async([Erased("y"), KeptRecord("y")]),
            cancellationToken: Cancellation
        );
        Assert.Equal((1L, 1L), (bulk.Suppressed, bulk.Inserted));

        Assert.True(await org.Admin.SubjectRequests.UnsuppressNumberAsync("29837461", "DK", Cancellation));
        Assert.False(await org.Admin.SubjectRequests.UnsuppressNumberAsync("29837461", "DK", Cancellation));
        IngestReport again = await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [Erased("x")], Cancellation);
        Assert.Equal((0L, 1L), (again.Suppressed, again.Inserted));
    }

    [Fact]
    public async Task Comparing_new_numbers_with_the_list_takes_no_round_trip_after_the_first_batch_of_a_process()
    {
        await using WireProxy proxy = WireProxy.Start(fixture.Database.AppConnectionString);
        await using CallIntelDataSource host = fixture.Database.CreateDataSource(options =>
            options.ConnectionString = proxy.ConnectionString
        );
        (int Write, int Import)[] roundTrips = new (int, int)[2];
        for (int i = 0; i < 2; i++)
        {
            TestOrg org = await fixture.Database.CreateOrgAsync($"round trips {i}", Cancellation);
            await using OrgSession session = await host.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
            if (i == 1)
                await session.SubjectRequests.SuppressNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation);
            for (int call = 0; call < 5; call++)
            {
                // Each call brings a number that is new. The first ones connect, load keys and prepare statements.
                int before = proxy.RoundTrips;
                await session.Ingestion.WriteAsync(ErasureOrg.Source, [New($"+452000000{call}")], Cancellation);
                roundTrips[i].Write = proxy.RoundTrips - before;
                before = proxy.RoundTrips;
                await session.Ingestion.IngestAsync(
                    ErasureOrg.Source,
                    GeneratedRecords.Async([New($"+452000001{call}")]),
                    cancellationToken: Cancellation
                );
                roundTrips[i].Import = proxy.RoundTrips - before;
            }
        }
        Assert.Equal(roundTrips[0], roundTrips[1]);

        static EventRecord New(string number) => KeptRecord(number) with { Party = number };
    }

    [Fact]
    public async Task An_erasure_without_suppression_lets_a_later_record_create_a_new_contact()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "not suppressed");
        ContactId contact = await org.FillAsync(1);
        ErasureCertificate certificate = await org.Admin.SubjectRequests.EraseAsync(
            await org.OpenAsync(contact),
            suppress: false,
            Cancellation
        );
        Assert.Equal(0, certificate.Statement.SuppressedNumbers);
        IngestReport report = await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [Erased("new")], Cancellation);
        Assert.Equal(1, report.Inserted);
        Assert.NotEqual(contact, await org.ContactAsync(ErasureOrg.Erased));
    }

    [Fact]
    public async Task Texts_that_are_no_number_unknown_actions_and_other_roles_are_refused()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "bad numbers");
        foreach (string text in new[] { "", "  ", "anonymous" })
            await RefusedAsync(ErrorCodes.InvalidSuppressedNumber, () =>
                org.Admin.SubjectRequests.SuppressNumberAsync(text, cancellationToken: Cancellation)
            );
        await RefusedAsync(ErrorCodes.InvalidSuppressionAction, () =>
            org.Admin.SubjectRequests.SetSuppressionActionAsync((SuppressionAction)9, Cancellation)
        );
        await using OrgSession member = await org.DataSource.OpenSessionAsync(org.Org.As(OrgRole.Member), Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            member.SubjectRequests.SuppressNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation)
        );
    }

    static IEnumerable<EventRecord> Records(string lane) =>
        Notations.Select((notation, i) => Erased($"{lane}-{i}") with { Party = notation });

    static EventRecord Erased(string id) =>
        Like with
        {
            Party = ErasureOrg.Erased,
            ExternalId = $"suppressed-{id}",
            Body = "never stored",
        };

    static EventRecord KeptRecord(string id) =>
        Like with
        {
            Party = ErasureOrg.Kept,
            ExternalId = $"stored-{id}",
            Body = "stored",
        };

    Task<long> CountAsync(ErasureOrg org) =>
        ScalarAsync<long>(
            fixture.Database,
            "select count(*) from callintel_private.events where org_id = $1",
            org.Org.Id.Value
        );
}
