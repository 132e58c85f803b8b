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

/// <summary>Tests the register of requests of data subjects: entering, reading, steps, and who may take them.</summary>
public sealed class SubjectRequestRegisterTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
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

    [Fact]
    public async Task Lists_page_by_deadline_and_filter()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("listed", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        SubjectRequest first = (await register.OpenAsync(Access, Cancellation)).Request;
        // more than a page, half of them with the same deadline
        await ScalarAsync<long>(
            fixture.Database,
            """
            with copied as (
                insert into callintel_private.subject_requests (org_id, request_id, regulation, request_type, manner,
                    received_at, opened_by, due_at)
                select r.org_id, gen_random_uuid(), 3, 5, 0, r.received_at, r.opened_by,
                       r.due_at + (n / 2) * interval '1 minute'
                  from callintel_private.subject_requests r, generate_series(1, 450) n
                 where r.org_id = $1
                returning 1)
            select count(*) from copied
            """,
            org.Id.Value
        );
        List<SubjectRequest> all = await register.ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(451, all.Select(r => r.Id).Distinct().Count());
        Assert.Equal(all.Select(r => r.DueAt).Order(), all.Select(r => r.DueAt));
        Assert.Equal(
            first.Id,
            Assert
                .Single(
                    await register
                        .ListAsync(new() { Type = SubjectRequestType.Access }, Cancellation)
                        .ToListAsync(Cancellation)
                )
                .Id
        );
        Assert.Equal(
            2,
            await register
                .ListAsync(new() { DueBefore = first.DueAt.AddSeconds(1) }, Cancellation)
                .CountAsync(Cancellation)
        );
        await register.AssignAsync(first.Id, org.Members[OrgRole.Owner], Cancellation);
        Assert.Equal(
            1,
            await register
                .ListAsync(new() { AssignedTo = org.Members[OrgRole.Owner] }, Cancellation)
                .CountAsync(Cancellation)
        );
        await register.CancelAsync(first.Id, null, Cancellation);
        Assert.Equal(450, await register.ListAsync(new() { OnlyOpen = true }, Cancellation).CountAsync(Cancellation));
        Assert.Equal(
            1,
            await register
                .ListAsync(new() { State = SubjectRequestState.Cancelled }, Cancellation)
                .CountAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Metrics_count_answers_and_their_median_days_and_closed_records_are_purged_after_two_years()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("measured", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        int[] ages = [10, 20, 60, 5, 3];
        List<SubjectRequestId> ids = [];
        foreach (int age in ages)
            ids.Add(
                (
                    await register.OpenAsync(
                        Access with
                        {
                            Regulation = SubjectRegulation.Ccpa,
                            ReceivedAt = now.AddDays(-age),
                        },
                        Cancellation
                    )
                )
                    .Request
                    .Id
            );
        foreach (SubjectRequestId id in ids[..2])
        {
            await register.VerifyIdentityAsync(id, IdentityVerification.Account, null, Cancellation);
            await register.CompleteAsync(id, isWhole: id == ids[0], null, Cancellation);
        }
        await register.DenyAsync(ids[2], DenialBasis.Exemption, null, Cancellation);
        await register.CancelAsync(ids[3], null, Cancellation);

        SubjectRequestFigure figure = Assert.Single(
            await register.MetricsAsync(new TimeRange(now.AddDays(-90), now.AddDays(1)), Cancellation)
        );
        Assert.Equal(
            (SubjectRegulation.Ccpa, SubjectRequestType.Access, 5L, 1L, 1L, 1L, 1L, 1L, 0L, 1L),
            (
                figure.Regulation,
                figure.Type,
                figure.Received,
                figure.Open,
                figure.Completed,
                figure.Partial,
                figure.Denied,
                figure.Cancelled,
                figure.Duplicates,
                figure.Late
            )
        );
        Assert.Equal(20, figure.MedianDays!.Value, 0.1);
        Assert.Empty(await register.MetricsAsync(new TimeRange(now.AddDays(1), now.AddDays(2)), Cancellation));

        Assert.Equal(0, await register.PurgeAsync(cancellationToken: Cancellation));
        await ScalarAsync<long>(
            fixture.Database,
            """
            with aged as (
                update callintel_private.subject_requests r
                   set closed_at = now() - case r.request_id when $2 then interval '23 months'
                                                             else interval '25 months' end
                 where r.org_id = $1 and r.closed_at is not null
                returning 1)
            select count(*) from aged
            """,
            org.Id.Value,
            ids[0].Value
        );
        Assert.Equal(2, await register.PurgeAsync(cancellationToken: Cancellation));
        // the open, the partial and the young one stay, and the history of the others is gone
        Assert.Equal(
            new HashSet<SubjectRequestId> { ids[0], ids[1], ids[4] },
            (await register.ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation))
                .Select(r => r.Id)
                .ToHashSet()
        );
        Assert.Equal(
            3L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(distinct request_id) from callintel_private.subject_request_history where org_id = $1",
                org.Id.Value
            )
        );
    }

    [Theory]
    [InlineData(OrgRole.Viewer)]
    [InlineData(OrgRole.Analyst)]
    [InlineData(OrgRole.Member)]
    public async Task Only_owners_and_admins_use_the_register(OrgRole role)
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestId id = (await admin.SubjectRequests.OpenAsync(Access, Cancellation)).Request.Id;
        await using OrgSession session = await fixture.Own.OpenSessionAsync(role, Cancellation);
        foreach (Func<Task> call in CallsOf(session.SubjectRequests, id))
            await RefusedAsync(ErrorCodes.NotAllowed, call);
        Assert.Single((await admin.SubjectRequests.GetAsync(id, Cancellation)).History);
    }

    [Fact]
    public async Task Requests_of_another_org_do_not_exist()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestId id = (await admin.SubjectRequests.OpenAsync(Access, Cancellation)).Request.Id;
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        SubjectRequestRegister register = foreign.SubjectRequests;
        foreach (Func<Task> call in CallsOf(register, id).Skip(3))
            await RefusedAsync(ErrorCodes.SubjectRequestNotFound, call);
        Assert.DoesNotContain(await register.ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation), r =>
            r.Id == id
        );
        // the blind index of another org is another one
        Assert.DoesNotContain(id, (await register.OpenAsync(Access, Cancellation)).PossibleDuplicates);
        Assert.Single((await admin.SubjectRequests.GetAsync(id, Cancellation)).History);
    }

    [Fact]
    public async Task The_history_cannot_be_changed_by_functions_of_the_package()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.SubjectRequests.OpenAsync(Access, Cancellation);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        foreach (
            string sql in new[]
            {
                "update callintel_private.subject_request_history set reason = 2",
                "truncate callintel_private.subject_request_history",
            }
        )
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand command = new($"set local role callintel_definer; {sql}", connection);
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState
            );
        }
    }

    [Fact]
    public async Task Two_admins_who_close_a_request_at_once_close_it_once()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        for (int round = 0; round < 5; round++)
        {
            SubjectRequestId id = (await register.OpenAsync(Access, Cancellation)).Request.Id;
            Task<string>[] closing =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(async i =>
                    {
                        try
                        {
                            await (
                                i % 2 == 0
                                    ? register.CancelAsync(id, null, Cancellation)
                                    : register.DenyAsync(id, DenialBasis.NotASubject, null, Cancellation)
                            );
                            return "";
                        }
                        catch (CallIntelException e)
                        {
                            return e.Code;
                        }
                    }),
            ];
            string[] results = await Task.WhenAll(closing);
            Assert.Single(results, "");
            Assert.Equal(7, results.Count(code => code == ErrorCodes.SubjectRequestStateRefused));
            Assert.Equal(2, (await register.GetAsync(id, Cancellation)).History.Count);
        }
    }

    static Func<Task>[] CallsOf(SubjectRequestRegister register, SubjectRequestId id) =>
        [
            () => register.OpenAsync(Access, Cancellation),
            async () => await register.ListAsync(cancellationToken: Cancellation).CountAsync(Cancellation),
            () => register.MetricsAsync(TimeRange.LastDays(30), Cancellation),
            () => register.GetAsync(id, Cancellation),
            () => register.VerifyIdentityAsync(id, IdentityVerification.High, "seen", Cancellation),
            () => register.AcknowledgeAsync(id, Cancellation),
            () => register.AssignAsync(id, null, Cancellation),
            () => register.ExtendAsync(id, ExtensionReason.Other, cancellationToken: Cancellation),
            () => register.DenyAsync(id, DenialBasis.Excessive, "no", Cancellation),
            () => register.CancelAsync(id, null, Cancellation),
            () => register.MarkDuplicateAsync(id, new SubjectRequestId(NewId()), Cancellation),
            () => register.CompleteAsync(id, cancellationToken: Cancellation),
        ];
}
