using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.IntegrationTests.Encryption.ConversationHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Retention deletes old events, and leaves those that a hold or an open request keeps.</summary>
public sealed class RetentionTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_older_than_the_retention_of_the_org_are_deleted_with_everything_that_belongs_to_them()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "old");
        await org.FillAsync(3);
        Assert.Equal(
            new RetentionReport(null, 0, 0, 0, null),
            await org.Admin.SubjectRequests.ReportRetentionAsync(Cancellation)
        );
        Assert.Equal(0, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
        await org.Admin.SubjectRequests.SetRetentionAsync(36_500, Cancellation);
        Assert.Equal(0, (await org.Admin.SubjectRequests.ReportRetentionAsync(Cancellation)).Due);

        await org.Admin.SubjectRequests.SetRetentionAsync(1, Cancellation);
        RetentionReport report = await org.Admin.SubjectRequests.ReportRetentionAsync(Cancellation);
        Assert.Equal((1, 6L, 0L, 0L), (report.Days, report.Due, report.Held, report.Requested));
        Assert.Equal(6, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
        Assert.Equal((0L, 0L), (await CountAsync(org, "events"), await CountAsync(org, "event_contents")));
        Assert.True(await CountAsync(org, "dirty_buckets") > 0);
        Assert.Equal(0, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
    }

    [Fact]
    public async Task Events_of_contacts_under_a_hold_or_with_an_open_request_stay()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "spared");
        ContactId requested = await org.FillAsync(2),
            held = await org.ContactAsync(ErasureOrg.Kept);
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(
            held,
            LegalHoldReason.Litigation,
            null,
            Cancellation
        );
        SubjectRequestId request = await org.OpenAsync(requested);
        await org.Admin.SubjectRequests.SetRetentionAsync(1, Cancellation);
        RetentionReport report = await org.Admin.SubjectRequests.ReportRetentionAsync(Cancellation);
        Assert.Equal((0L, 2L, 2L), (report.Due, report.Held, report.Requested));
        Assert.Equal(0, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));

        await org.Admin.SubjectRequests.ReleaseAsync(hold, Cancellation);
        Assert.Equal(2, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
        await org.Admin.SubjectRequests.CancelAsync(request, cancellationToken: Cancellation);
        Assert.Equal(2, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
    }

    [Fact]
    public async Task Events_of_several_people_stay_for_each_of_them_who_is_under_a_hold_or_has_an_open_request()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "spared participants");
        await StoreAsync(org.Admin, Received("Anna wrote", Anna, Bo), Received("Carl wrote", Carl, Bo));
        ContactId participant = await ContactAsync(org.Admin, Bo);
        // One event is due by the retention of its contact, and the other by that of the org.
        await org.Admin.Privacy.SetAsync(
            await ContactAsync(org.Admin, Anna),
            new PrivacyRule { RetentionDays = 1 },
            Cancellation
        );
        await org.Admin.SubjectRequests.SetRetentionAsync(1, Cancellation);
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(
            participant,
            LegalHoldReason.Litigation,
            null,
            Cancellation
        );
        SubjectRequestId request = await org.OpenAsync(participant);

        RetentionReport report = await org.Admin.SubjectRequests.ReportRetentionAsync(Cancellation);
        Assert.Equal((0L, 2L, 0L), (report.Due, report.Held, report.Requested));
        Assert.Equal(0, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));

        await org.Admin.SubjectRequests.ReleaseAsync(hold, Cancellation);
        report = await org.Admin.SubjectRequests.ReportRetentionAsync(Cancellation);
        Assert.Equal((0L, 0L, 2L), (report.Due, report.Held, report.Requested));
        Assert.Equal(0, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));

        await org.Admin.SubjectRequests.CancelAsync(request, cancellationToken: Cancellation);
        Assert.Equal(2, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
    }

    [Fact]
    public async Task The_retention_of_a_contact_replaces_that_of_the_org()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "own");
        ContactId sooner = await org.FillAsync(2),
            later = await org.ContactAsync(ErasureOrg.Kept);
        await org.Admin.Privacy.SetAsync(sooner, new PrivacyRule { RetentionDays = 1 }, Cancellation);
        Assert.Equal(2, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
        await org.Admin.Privacy.SetAsync(later, new PrivacyRule { RetentionDays = 36_500 }, Cancellation);
        await org.Admin.SubjectRequests.SetRetentionAsync(1, Cancellation);
        Assert.Equal(0, await org.Admin.SubjectRequests.ApplyRetentionAsync(Cancellation));
        Assert.Equal(2L, await CountAsync(org, "events"));
    }

    [Fact]
    public async Task A_retention_out_of_range_and_other_roles_are_refused()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "range");
        foreach (int days in new[] { 0, -1, 36_501 })
            await RefusedAsync(ErrorCodes.InvalidRetention, () =>
                org.Admin.SubjectRequests.SetRetentionAsync(days, Cancellation)
            );
        await using OrgSession member = await org.DataSource.OpenSessionAsync(org.Org.As(OrgRole.Member), Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () => member.SubjectRequests.ApplyRetentionAsync(Cancellation));
    }

    Task<long> CountAsync(ErasureOrg org, string table) =>
        ScalarAsync<long>(
            fixture.Database,
            $"select count(*) from callintel_private.{table} where org_id = $1",
            org.Org.Id.Value
        );
}
