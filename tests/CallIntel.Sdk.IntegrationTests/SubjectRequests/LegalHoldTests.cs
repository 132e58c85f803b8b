using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>A legal hold defers an erasure whenever it is placed, and its release continues the erasure.</summary>
public sealed class LegalHoldTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The steps before which a hold still finds the contact.</summary>
    public static TheoryData<ErasureStep> Steps { get; } =
    [.. Enum.GetValues<ErasureStep>().Where(step => step <= ErasureStep.Contacts)];

    [Fact]
    public async Task A_hold_is_listed_with_its_note_and_stays_on_file_after_its_release()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "holds");
        ContactId contact = await org.FillAsync(1);
        LegalHoldId first = await org.Admin.SubjectRequests.HoldAsync(
            contact,
            LegalHoldReason.Litigation,
            "case 4711",
            Cancellation
        );
        LegalHoldId second = await org.Admin.SubjectRequests.HoldAsync(
            contact,
            LegalHoldReason.Other,
            cancellationToken: Cancellation
        );
        Assert.Empty(await org.Admin.SubjectRequests.ReleaseAsync(first, Cancellation));
        Assert.Empty(await org.Admin.SubjectRequests.ReleaseAsync(first, Cancellation));

        IReadOnlyList<LegalHold> holds = await org.Admin.SubjectRequests.ListHoldsAsync(contact, Cancellation);
        Assert.Equal([first, second], holds.Select(h => h.Id));
        Assert.Equal(["case 4711", null], holds.Select(h => h.Note));
        Assert.Equal([false, true], holds.Select(h => h.ReleasedAt is null));
        Assert.DoesNotContain("4711", holds[0].ToString(), StringComparison.Ordinal);
        Assert.Empty(
            await org.Admin.SubjectRequests.ListHoldsAsync(await org.ContactAsync(ErasureOrg.Kept), Cancellation)
        );
    }

    [Fact]
    public async Task Unknown_holds_contacts_and_reasons_and_blank_notes_are_refused()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "bad holds");
        ContactId contact = await org.FillAsync(1);
        SubjectRequestRegister register = org.Admin.SubjectRequests;
        await RefusedAsync(ErrorCodes.LegalHoldNotFound, () =>
            register.ReleaseAsync(new LegalHoldId(Guid.NewGuid()), Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            register.HoldAsync(new ContactId(Guid.NewGuid()), LegalHoldReason.Other, cancellationToken: Cancellation)
        );
        await RefusedAsync(ErrorCodes.InvalidLegalHold, () =>
            register.HoldAsync(contact, (LegalHoldReason)9, cancellationToken: Cancellation)
        );
        foreach (string note in new[] { "", "  ", new string('a', 4001) })
            await RefusedAsync(ErrorCodes.InvalidLegalHold, () =>
                register.HoldAsync(contact, LegalHoldReason.Other, note, Cancellation)
            );
        await using OrgSession member = await org.DataSource.OpenSessionAsync(org.Org.As(OrgRole.Member), Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            member.SubjectRequests.HoldAsync(contact, LegalHoldReason.Other, cancellationToken: Cancellation)
        );
        Assert.Empty(await register.ListHoldsAsync(cancellationToken: Cancellation));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_hold_that_is_placed_while_an_erasure_runs_defers_it_until_the_release(ErasureStep step)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, $"held {step}");
        ContactId contact = await org.FillAsync(2);
        Guid request = await org.RequestAsync(contact);
        await org.Admin.Erasures.Runner.RunAsync(request, step, Cancellation);
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(
            contact,
            LegalHoldReason.Litigation,
            cancellationToken: Cancellation
        );

        ErasureCertificate deferred = await org.Admin.Erasures.RunAsync(request, Cancellation);
        Assert.Equal([contact], deferred.Statement.DeferredContacts);
        Assert.Empty(deferred.Statement.Contacts);
        Assert.Empty(deferred.Statement.DestroyedKeys);
        Assert.Null(deferred.Statement.BackupsExpireAt);
        Assert.Equal(contact, await org.ContactAsync(ErasureOrg.Erased));
        Assert.Equal(
            SubjectRequestState.Partial,
            (await org.Admin.SubjectRequests.GetAsync(new SubjectRequestId(request), Cancellation)).Request.State
        );

        SubjectRequestId continued = Assert.Single(await org.Admin.SubjectRequests.ReleaseAsync(hold, Cancellation));
        Assert.Equal(request, continued.Value);
        ErasureCertificate done = await org.Admin.SubjectRequests.EraseAsync(
            continued,
            cancellationToken: Cancellation
        );
        Assert.Equal([contact], done.Statement.Contacts);
        Assert.Empty(done.Statement.DeferredContacts);
        Assert.Equal(0, done.Statement.RowsLeft);
        Assert.Null(await org.Admin.Contacts.FindByNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation));
        Assert.Equal(
            SubjectRequestState.Completed,
            (await org.Admin.SubjectRequests.GetAsync(continued, Cancellation)).Request.State
        );
        Assert.Equal(2, (await org.Admin.SubjectRequests.ListCertificatesAsync(continued, Cancellation)).Count);
    }

    [Fact]
    public async Task Neither_members_nor_the_source_delete_what_a_hold_keeps()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "kept by a hold");
        ContactId contact = await org.FillAsync(2);
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(
            contact,
            LegalHoldReason.Litigation,
            cancellationToken: Cancellation
        );
        List<ConversationEvent> events = await EventsAsync(contact);

        await RefusedAsync(ErrorCodes.ContactUnderHold, () =>
            org.Admin.Ingestion.DeleteAsync(events[0].Id, Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactUnderHold, () => org.Admin.Keys.CryptoShredAsync(contact, Cancellation));
        IngestReport report = await ReportChangesAsync();
        Assert.Equal((0L, 0L), (report.Updated, report.Inserted));
        Assert.Equal(events.Select(e => e.Content), (await EventsAsync(contact)).Select(e => e.Content));
        Assert.All(events, e => Assert.StartsWith(ErasureOrg.Secret, e.Content!.Body, StringComparison.Ordinal));

        await org.Admin.SubjectRequests.ReleaseAsync(hold, Cancellation);
        await ReportChangesAsync();
        Assert.Null(Assert.Single(await EventsAsync(contact)).Content);
        Assert.True(await org.Admin.Ingestion.DeleteAsync((await EventsAsync(contact))[0].Id, Cancellation));
        Assert.NotEqual(0, await org.Admin.Keys.CryptoShredAsync(contact, Cancellation));

        Task<List<ConversationEvent>> EventsAsync(ContactId of) =>
            org
                .Admin.Events.ReadAsync(
                    EventFilter.All.ForContact(of).ForPurpose(AccessPurpose.Quality).WithContent(),
                    Cancellation
                )
                .ToListAsync(Cancellation)
                .AsTask();

        Task<IngestReport> ReportChangesAsync() =>
            org.Admin.Ingestion.IngestAsync(
                ErasureOrg.Source,
                GeneratedRecords.Async([
                    Changed(events[0], RecordChange.Deleted),
                    Changed(events[1], RecordChange.Redacted),
                ]),
                cancellationToken: Cancellation
            );

        static EventRecord Changed(ConversationEvent of, RecordChange change) =>
            new()
            {
                OccurredAt = of.OccurredAt,
                Channel = of.Channel,
                Direction = of.Direction,
                Outcome = of.Outcome,
                Party = ErasureOrg.Erased,
                ExternalId = of.ExternalId,
                Change = change,
            };
    }

    [Fact]
    public async Task Of_two_contacts_the_one_under_a_hold_is_deferred_and_the_other_is_erased()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "half");
        ContactId erased = await org.FillAsync(2),
            held = await org.ContactAsync(ErasureOrg.Kept);
        SubjectRequestId request = await org.OpenAsync(erased, held);
        await org.Admin.SubjectRequests.HoldAsync(held, LegalHoldReason.RegulatoryDuty, null, Cancellation);

        ErasureCertificate certificate = await org.Admin.SubjectRequests.EraseAsync(
            request,
            cancellationToken: Cancellation
        );

        Assert.Equal([erased], certificate.Statement.Contacts);
        Assert.Equal([held], certificate.Statement.DeferredContacts);
        Assert.Equal(held, await org.ContactAsync(ErasureOrg.Kept));
        Assert.Equal(
            2L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.events where contact_id = $1",
                held.Value
            )
        );
    }
}
