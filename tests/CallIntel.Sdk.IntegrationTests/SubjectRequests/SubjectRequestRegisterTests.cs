using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Tests the register of data subject requests: entering, reading, steps, and who may take them.</summary>
public sealed partial class SubjectRequestRegisterTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly NewSubjectRequest Access = new(SubjectRegulation.Gdpr, SubjectRequestType.Access)
    {
        Identities = [new(SubjectIdentityKind.Number, "+45 20 00 02 00"), new(SubjectIdentityKind.Name, "Anna Müller")],
        Manner = RequestManner.Email,
    };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_stored_with_its_deadline_in_the_home_zone_and_identities_come_back_as_given()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("opened", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Organization.SetBusinessHoursAsync(
            new BusinessHours("Europe/Copenhagen", [], [new DateOnly(2026, 7, 1)]),
            Cancellation
        );
        OpenedSubjectRequest opened = await admin.SubjectRequests.OpenAsync(
            Access with
            {
                // 1 June in Copenhagen
                ReceivedAt = new DateTimeOffset(2026, 5, 31, 22, 30, 0, TimeSpan.Zero),
            },
            Cancellation
        );
        Assert.Empty(opened.PossibleDuplicates);
        // 1 July is a holiday of the org
        Assert.Equal(new DateTimeOffset(2026, 7, 2, 22, 0, 0, TimeSpan.Zero), opened.Request.DueAt);
        Assert.Equal(
            (SubjectRequestState.Received, IdentityVerification.None, RequestManner.Email),
            (opened.Request.State, opened.Request.Verification, opened.Request.Manner)
        );
        Assert.Equal(org.Members[OrgRole.Admin], opened.Request.OpenedBy);

        SubjectRequestDetails details = await admin.SubjectRequests.GetAsync(opened.Request.Id, Cancellation);
        Assert.Equal(Access.Identities, details.Identities);
        SubjectRequestEntry entry = Assert.Single(details.History);
        Assert.Equal(
            (1, null, SubjectRequestState.Received, SubjectRequestAction.Opened),
            (entry.Number, entry.From, entry.To, entry.Action)
        );
        AccessEntry read = await admin
            .Audit.ReadAccessesAsync(new AccessFilter(), Cancellation)
            .FirstAsync(Cancellation);
        Assert.Equal((AccessPurpose.SubjectRequest, ProtectedFields.SubjectIdentity), (read.Purpose, read.Fields));
        Assert.All(read.OtherIds, other => Assert.Equal(opened.Request.Id.Value, other));
    }

    [Fact]
    public async Task The_database_contains_no_identity_and_no_note_in_the_clear()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("protected", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestId id = (await admin.SubjectRequests.OpenAsync(Access, Cancellation)).Request.Id;
        await admin.SubjectRequests.VerifyIdentityAsync(
            id,
            IdentityVerification.High,
            "passport shown\nby video",
            Cancellation
        );
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select (select count(*) from callintel_private.subject_request_identities i
                         where i.org_id = $1 and (position('Anna'::bytea in i.value::bytea) > 0
                                                  or position('0002'::bytea in i.value::bytea) > 0))
                     + (select count(*) from callintel_private.subject_request_history h
                         where h.org_id = $1 and position('passport'::bytea in h.note::bytea) > 0)
                     + (select count(*) from callintel_private.audit_log a
                         where a.org_id = $1 and a::text ~ 'Anna|passport|0002')
                """,
                org.Id.Value
            )
        );
        SubjectRequestDetails details = await admin.SubjectRequests.GetAsync(id, Cancellation);
        Assert.Equal("passport shown\nby video", details.History[1].Note);
        Assert.DoesNotContain("passport", details.History[1].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Anna", string.Concat(details.Identities), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_request_under_another_spelling_of_the_number_is_reported_as_a_possible_duplicate()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("duplicates", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        SubjectRequestId first = (await register.OpenAsync(Access, Cancellation)).Request.Id;
        OpenedSubjectRequest again = await register.OpenAsync(
            Access with
            {
                Identities = [new(SubjectIdentityKind.Number, "20000200", "DK")],
            },
            Cancellation
        );
        Assert.Equal([first], again.PossibleDuplicates);
        OpenedSubjectRequest other = await register.OpenAsync(
            Access with
            {
                Identities = [new(SubjectIdentityKind.Number, "+4520000299")],
            },
            Cancellation
        );
        Assert.Empty(other.PossibleDuplicates);

        await register.MarkDuplicateAsync(again.Request.Id, first, Cancellation);
        SubjectRequest closed = (await register.GetAsync(again.Request.Id, Cancellation)).Request;
        Assert.Equal((SubjectRequestState.Duplicate, first), (closed.State, closed.DuplicateOf));
        await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () =>
            register.MarkDuplicateAsync(first, again.Request.Id, Cancellation)
        );
        await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () =>
            register.MarkDuplicateAsync(first, first, Cancellation)
        );
    }

    [Fact]
    public async Task The_history_names_every_step_and_its_member()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("steps", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        SubjectRequest opened = (await register.OpenAsync(Access, Cancellation)).Request;
        await register.VerifyIdentityAsync(opened.Id, IdentityVerification.None, null, Cancellation);
        await register.AcknowledgeAsync(opened.Id, Cancellation);
        await register.AssignAsync(opened.Id, org.Members[OrgRole.Owner], Cancellation);
        SubjectRequest extended = await register.ExtendAsync(
            opened.Id,
            ExtensionReason.Complexity,
            "three systems",
            cancellationToken: Cancellation
        );
        Assert.True(extended.DueAt > opened.DueAt);
        Assert.Equal(ExtensionReason.Complexity, extended.ExtensionReason);
        await owner.SubjectRequests.VerifyIdentityAsync(
            opened.Id,
            IdentityVerification.Reasonable,
            "call back",
            Cancellation
        );
        await owner.SubjectRequests.CompleteAsync(opened.Id, isWhole: false, "the rest follows", Cancellation);
        await owner.SubjectRequests.CompleteAsync(opened.Id, cancellationToken: Cancellation);

        SubjectRequestDetails details = await register.GetAsync(opened.Id, Cancellation);
        Assert.Equal(
            [
                SubjectRequestAction.Opened,
                SubjectRequestAction.IdentityNotVerified,
                SubjectRequestAction.Acknowledged,
                SubjectRequestAction.Assigned,
                SubjectRequestAction.Extended,
                SubjectRequestAction.IdentityVerified,
                SubjectRequestAction.CompletedInPart,
                SubjectRequestAction.Completed,
            ],
            details.History.Select(entry => entry.Action)
        );
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], details.History.Select(entry => entry.Number));
        Assert.Equal(
            (SubjectRequestState.IdentityUnverified, SubjectRequestState.Verified),
            (details.History[5].From, details.History[5].To)
        );
        Assert.Equal(
            (org.Members[OrgRole.Admin], org.Members[OrgRole.Owner]),
            (details.History[4].Actor, details.History[5].Actor)
        );
        Assert.Equal("three systems", details.History[4].Note);
        Assert.Equal(SubjectRequestState.Completed, details.Request.State);
        Assert.NotNull(details.Request.ClosedAt);
        Assert.NotNull(details.Request.AcknowledgedAt);
        Assert.Equal(org.Members[OrgRole.Owner], details.Request.AssignedTo);
        Assert.Equal(
            8L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.audit_log
                 where org_id = $1 and op = 0 and object = 'subject_requests'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Steps_that_the_state_does_not_allow_are_refused()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        SubjectRequestId id = (await register.OpenAsync(Access, Cancellation)).Request.Id;
        // nothing is answered before the identity is verified
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            register.CompleteAsync(id, cancellationToken: Cancellation)
        );
        await register.DenyAsync(id, DenialBasis.Excessive, "the fifth one", Cancellation);
        SubjectRequest denied = (await register.GetAsync(id, Cancellation)).Request;
        Assert.Equal((SubjectRequestState.Denied, DenialBasis.Excessive), (denied.State, denied.DenialBasis));
        Func<Task>[] steps =
        [
            () => register.VerifyIdentityAsync(id, IdentityVerification.High, null, Cancellation),
            () => register.AcknowledgeAsync(id, Cancellation),
            () => register.AssignAsync(id, null, Cancellation),
            () => register.ExtendAsync(id, ExtensionReason.Other, cancellationToken: Cancellation),
            () => register.DenyAsync(id, DenialBasis.Excessive, null, Cancellation),
            () => register.CancelAsync(id, null, Cancellation),
            () => register.CompleteAsync(id, cancellationToken: Cancellation),
        ];
        foreach (Func<Task> step in steps)
            await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, step);

        SubjectRequestId optOut = (
            await register.OpenAsync(
                Access with
                {
                    Regulation = SubjectRegulation.Ccpa,
                    Type = SubjectRequestType.OptOut,
                },
                Cancellation
            )
        )
            .Request
            .Id;
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            register.ExtendAsync(optOut, ExtensionReason.Other, cancellationToken: Cancellation)
        );
        // an opt-out needs no verification
        await register.CompleteAsync(optOut, cancellationToken: Cancellation);

        SubjectRequestId late = (
            await register.OpenAsync(
                Access with
                {
                    ReceivedAt = TimeProvider.System.GetUtcNow().AddDays(-60),
                },
                Cancellation
            )
        )
            .Request
            .Id;
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            register.ExtendAsync(late, ExtensionReason.Other, cancellationToken: Cancellation)
        );

        SubjectRequestId erasure = (
            await register.OpenAsync(Access with { Type = SubjectRequestType.Erasure }, Cancellation)
        )
            .Request
            .Id;
        await register.VerifyIdentityAsync(erasure, IdentityVerification.High, null, Cancellation);
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            register.CompleteAsync(erasure, cancellationToken: Cancellation)
        );
    }

    [Fact]
    public async Task Invalid_values_are_refused()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        NewSubjectRequest[] invalid =
        [
            new(SubjectRegulation.Gdpr, SubjectRequestType.Access),
            Access with
            {
                Regulation = 0,
            },
            Access with
            {
                Type = (SubjectRequestType)8,
            },
            Access with
            {
                Manner = (RequestManner)(-1),
            },
            Access with
            {
                Identities = [new(0, "x")],
            },
            Access with
            {
                Identities = [new(SubjectIdentityKind.Name, null)],
            },
            Access with
            {
                Identities = [new(SubjectIdentityKind.Name, " ")],
            },
            Access with
            {
                Identities = [new(SubjectIdentityKind.Name, "a\0b")],
            },
            Access with
            {
                Identities = [new(SubjectIdentityKind.Name, "\ud800")],
            },
            Access with
            {
                Identities = [new(SubjectIdentityKind.Name, new string('x', 321))],
            },
            Access with
            {
                Identities = [.. Enumerable.Repeat(Access.Identities[1], 101)],
            },
            Access with
            {
                ReceivedAt = now.AddDays(2),
            },
            Access with
            {
                ReceivedAt = now.AddYears(-11),
            },
            Access with
            {
                DueOn = new DateOnly(2020, 1, 1),
            },
            Access with
            {
                DueOn = DateOnly.FromDateTime(now.AddDays(140).UtcDateTime),
            },
        ];
        foreach (NewSubjectRequest request in invalid)
            await RefusedAsync(ErrorCodes.InvalidSubjectRequest, () => register.OpenAsync(request, Cancellation));
        await RefusedAsync(ErrorCodes.InvalidMapping, () =>
            register.OpenAsync(Access with { Identities = [new(SubjectIdentityKind.Number, "1", "XX")] }, Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            register.OpenAsync(Access with { Contacts = [new ContactId(NewId())] }, Cancellation)
        );

        SubjectRequestId id = (await register.OpenAsync(Access, Cancellation)).Request.Id;
        Func<Task>[] steps =
        [
            () => register.VerifyIdentityAsync(id, (IdentityVerification)4, null, Cancellation),
            () => register.VerifyIdentityAsync(id, IdentityVerification.High, " ", Cancellation),
            () => register.VerifyIdentityAsync(id, IdentityVerification.High, new string('x', 4001), Cancellation),
            () => register.VerifyIdentityAsync(id, IdentityVerification.High, "\udc00", Cancellation),
            () => register.DenyAsync(id, 0, null, Cancellation),
            () => register.ExtendAsync(id, 0, cancellationToken: Cancellation),
            () => register.PurgeAsync(23, Cancellation),
        ];
        foreach (Func<Task> step in steps)
            await RefusedAsync(ErrorCodes.InvalidSubjectRequest, step);
        await RefusedAsync(ErrorCodes.MemberNotFound, () =>
            register.AssignAsync(id, fixture.Own.Members[OrgRole.Analyst], Cancellation)
        );
        await RefusedAsync(ErrorCodes.MemberNotFound, () =>
            register.AssignAsync(id, fixture.Foreign.Members[OrgRole.Admin], Cancellation)
        );
        Assert.Single((await register.GetAsync(id, Cancellation)).History);
    }
}
