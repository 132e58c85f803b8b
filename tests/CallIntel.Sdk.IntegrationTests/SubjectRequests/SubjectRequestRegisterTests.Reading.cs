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

public sealed partial class SubjectRequestRegisterTests
{
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
}
