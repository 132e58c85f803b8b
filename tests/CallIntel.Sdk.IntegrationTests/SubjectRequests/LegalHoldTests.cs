using CallIntel.Sdk.Diagnostics;
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
