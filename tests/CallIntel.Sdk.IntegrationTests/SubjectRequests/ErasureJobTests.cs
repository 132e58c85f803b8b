using System.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Erasures that a worker runs, also if a worker is killed while it does.</summary>
public sealed class ErasureJobTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The steps that a worker is killed before, and the moment after the ledger was copied.</summary>
    public static TheoryData<string> Kills { get; } =
    [.. Enum.GetValues<ErasureStep>().Select(step => step.ToString()), ErasingWorker.AfterCopy];

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync(Cancellation);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_worker_erases_what_was_asked_for_and_signs_the_certificate()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(_database, "job");
        ContactId contact = await org.FillAsync();
        SubjectRequestId request = await org.OpenAsync(contact);
        JobId job = await org.Admin.SubjectRequests.EnqueueErasureAsync(request, cancellationToken: Cancellation);
        Assert.Equal(
            ErasureStep.Ledger,
            (await org.Admin.SubjectRequests.ReadErasureAsync(request, Cancellation)).NextStep
        );
        // asking again does not make a second job
        Assert.Equal(
            job,
            await org.Admin.SubjectRequests.EnqueueErasureAsync(request, cancellationToken: Cancellation)
        );

        await RunWorkerAsync(org);

        await AssertErasedAsync(org, request, contact, events: 12);
    }

    [Theory]
    [InlineData(PrivacyLevel.Restricted)]
    [InlineData(PrivacyLevel.Hidden)]
    public async Task A_worker_also_erases_and_suppresses_contacts_that_most_members_do_not_see(PrivacyLevel level)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(_database, $"job {level}");
        ContactId contact = await org.FillAsync(2);
        await org.Admin.Privacy.SetAsync(contact, new PrivacyRule { Level = level }, Cancellation);
        SubjectRequestId request = await org.OpenAsync(contact);
        await org.Admin.SubjectRequests.EnqueueErasureAsync(request, cancellationToken: Cancellation);

        await RunWorkerAsync(org);

        await AssertErasedAsync(org, request, contact, events: 2);
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_worker_that_is_killed_between_steps_is_followed_by_one_that_finishes_the_erasure(string kill)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(_database, $"killed {kill}");
        ContactId contact = await org.FillAsync(3);
        SubjectRequestId request = await org.OpenAsync(contact);
        await org.Admin.SubjectRequests.EnqueueErasureAsync(request, cancellationToken: Cancellation);

        await KillWorkerAsync(org, kill);

        Assert.Equal(
            kill == ErasingWorker.AfterCopy ? nameof(ErasureStep.LedgerCopy) : kill,
            (await org.Admin.SubjectRequests.ReadErasureAsync(request, Cancellation)).NextStep.ToString()
        );
        Assert.Equal(1, await CountAsync(_database, "worker is not null and died_at is null"));
        await EndLeasesAsync(_database);
        await RunWorkerAsync(org);
        await AssertErasedAsync(org, request, contact, events: 3);
    }

    [Fact]
    public async Task A_hold_that_is_placed_after_a_worker_was_killed_defers_the_erasure_until_its_release()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(_database, "held job");
        ContactId contact = await org.FillAsync(3);
        SubjectRequestId request = await org.OpenAsync(contact);
        await org.Admin.SubjectRequests.EnqueueErasureAsync(request, cancellationToken: Cancellation);
        await KillWorkerAsync(org, nameof(ErasureStep.Events));
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(
            contact,
            LegalHoldReason.Litigation,
            cancellationToken: Cancellation
        );
        await EndLeasesAsync(_database);
        await RunWorkerAsync(org);
        Assert.Equal(contact, await org.ContactAsync(ErasureOrg.Erased));
        Assert.Equal(3L, await EventsAsync(contact));

        Assert.Equal([request], await org.Admin.SubjectRequests.ReleaseAsync(hold, Cancellation));
        await RunWorkerAsync(org);
        await AssertErasedAsync(org, request, contact, events: 3);
    }

    async Task AssertErasedAsync(ErasureOrg org, SubjectRequestId request, ContactId contact, int events)
    {
        ErasureCertificate certificate = (await org.Admin.SubjectRequests.ListCertificatesAsync(request, Cancellation))[
            ^1
        ];
        Assert.Equal([contact], certificate.Statement.Contacts);
        Assert.Equal((0L, 1), (certificate.Statement.RowsLeft, certificate.Statement.SuppressedNumbers));
        Assert.Equal(events, certificate.Statement.Rows.Single(row => row.Table == "events").Rows);
        Assert.Single(certificate.Statement.DestroyedKeys);
        Assert.True(await org.Admin.SubjectRequests.VerifyCertificateAsync(certificate, Cancellation));
        Assert.Equal(certificate.Statement.Ledger, await org.Sink.ReadHeadAsync(org.Org.Id, Cancellation));
        Assert.Equal(0L, await EventsAsync(contact));
        Assert.Null(await org.Admin.Contacts.FindByNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation));
        Assert.Equal(
            SubjectRequestState.Completed,
            (await org.Admin.SubjectRequests.GetAsync(request, Cancellation)).Request.State
        );
        List<ConversationEvent> left = await org
            .Admin.Events.ReadAsync(EventFilter.All.WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(events, left.Count);
        Assert.All(left, e => Assert.StartsWith(ErasureOrg.KeptSecret, e.Content!.Body, StringComparison.Ordinal));
        Assert.Equal(0, await CountAsync(_database));
    }

    Task<long> EventsAsync(ContactId contact) =>
        ScalarAsync<long>(
            _database,
            "select count(*) from callintel_private.events where contact_id = $1",
            contact.Value
        );

    /// <summary>Lets a worker in another process take the job and be killed.</summary>
    async Task KillWorkerAsync(ErasureOrg org, string kill)
    {
        string keys = Path.Combine(org.Folder, "signing.json");
        _database.SigningKeys.Save(keys);
        using Process worker = ErasingWorker.Start(_database, keys, org.Folder, kill);
        Task<string> errors = worker.StandardError.ReadToEndAsync(Cancellation);
        await worker.WaitForExitAsync(Cancellation);
        Assert.Equal((137, ""), (worker.ExitCode, await errors));
        File.Delete(keys);
    }

    /// <summary>Runs a worker as an application does, until no live job is left.</summary>
    async Task RunWorkerAsync(ErasureOrg org)
    {
        using CallIntelWorker worker = new(
            org.DataSource,
            [],
            new JobWorkerOptions
            {
                PollInterval = TimeSpan.FromMilliseconds(20),
                FirstRetryDelay = TimeSpan.FromMilliseconds(1),
                LongestRetryDelay = TimeSpan.FromMilliseconds(1),
            }
        );
        await worker.StartAsync(Cancellation);
        while (await CountAsync(_database, "died_at is null") > 0)
            await Task.Delay(20, Cancellation);
        await worker.StopAsync(Cancellation);
        Assert.Equal(0, await CountAsync(_database, "died_at is not null"));
    }
}
