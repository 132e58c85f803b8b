using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>Tests that every entry is sealed once, and that seals survive retention and restores.</summary>
public sealed class SealTests(ServerFixture server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_entry_is_sealed_once_and_an_untouched_log_is_intact()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(20, 45);
        await harness.FileAsync(20);
        LedgerSealReport report = await harness.SealAsync();
        long entries = await CountAsync(harness);
        Assert.Equal(entries, report.Entries);
        Assert.True(report.Checkpoints >= 2);
        Assert.Equal(report.Checkpoints, report.Published);
        Assert.Equal(default, await harness.SealOnceAsync());
        await harness.FileAsync(5);
        Assert.True((await harness.Operations.GetLedgerSealStateAsync(Cancellation)).Lag > TimeSpan.Zero);
        AuditVerification before = await harness.VerifyAsync();
        Assert.Equal((entries, 7, true), (before.Entries, before.Pending, before.IsIntact));
        Assert.Equal(7, (await harness.SealAsync()).Entries);
        Assert.Equal(
            new LedgerSealState(TimeSpan.Zero, 0, TimeSpan.Zero),
            await harness.Operations.GetLedgerSealStateAsync(Cancellation)
        );
        foreach (bool withSink in new[] { true, false })
        {
            AuditVerification after = await harness.VerifyAsync(withSink);
            Assert.Equal(
                (entries + 7, 0, true, withSink),
                (after.Entries, after.Pending, after.IsIntact, after.IsComparedWithSink)
            );
        }
    }

    [Fact]
    public async Task Seals_that_wait_for_longer_than_allowed_degrade_the_health_check()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        LedgerSealHealthCheck strict = new(harness.Operations) { MaximumLag = TimeSpan.Zero },
            lenient = new(harness.Operations) { MaximumLag = TimeSpan.FromDays(1) },
            withoutSink = new(harness.Operations) { MaximumLag = TimeSpan.Zero, RequiresSink = false };
        await harness.FileAsync(10);
        HealthCheckResult waiting = await RunAsync(strict);
        Assert.Equal(HealthStatus.Degraded, waiting.Status);
        Assert.Contains("not sealed", waiting.Description, StringComparison.Ordinal);
        Assert.True((double)waiting.Data["lag_seconds"] > 0);
        Assert.Equal(HealthStatus.Healthy, (await RunAsync(lenient)).Status);

        await harness.SealAsync(withSink: false);
        HealthCheckResult undelivered = await RunAsync(strict);
        Assert.Equal(HealthStatus.Degraded, undelivered.Status);
        Assert.Contains("not delivered", undelivered.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await RunAsync(withoutSink)).Status);

        await harness.SealAsync();
        Assert.Equal(HealthStatus.Healthy, (await RunAsync(strict)).Status);
    }

    [Fact]
    public async Task A_health_check_of_seals_that_cannot_connect_fails_with_the_code()
    {
        await using NpgsqlDataSource nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody");
        HealthCheckResult result = await RunAsync(new LedgerSealHealthCheck(new CallIntelOperations(nowhere)));
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.StartsWith("CI0010", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_verifies_the_own_org_and_a_member_may_not()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(10);
        await harness.SealAsync();
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SealKeyRing published = harness.Keys.WithoutPrivateKeys();
        AuditVerification intact = await admin.Audit.VerifyAsync(published, harness.Sink, Cancellation);
        Assert.True(intact.IsIntact);
        Assert.Equal(await CountAsync(harness), intact.Entries);
        await harness.ExecuteAsync("update callintel_private.audit_log set row_count = -1 where action = 'act3'");
        AuditFinding finding = Assert.Single(
            (await admin.Audit.VerifyAsync(published, harness.Sink, Cancellation)).Findings
        );
        Assert.Equal(AuditFindingKind.Edited, finding.Kind);

        await using OrgSession member = await harness.Org.OpenSessionAsync(OrgRole.Member, Cancellation);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            member.Audit.VerifyAsync(published, harness.Sink, Cancellation)
        );
        Assert.Equal(ErrorCodes.NotAllowed, error.Code);
    }

    [Fact]
    public async Task A_long_transaction_delays_seals_and_loses_nothing()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(10);
        await harness.SealAsync();
        await using NpgsqlConnection slow = await harness.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await slow.BeginTransactionAsync(Cancellation);
        await using (
            NpgsqlCommand command = new(
                "insert into callintel_private.audit_log (org_id, id, member_id, action, object) "
                    + $"values ('{harness.Org.Id}', callintel_private.new_id(), gen_random_uuid(), 'slow', 'x')",
                slow
            )
        )
            await command.ExecuteNonQueryAsync(Cancellation);
        await harness.FileAsync(10);
        Assert.Equal(0, (await harness.SealOnceAsync()).Entries);
        AuditVerification waiting = await harness.VerifyAsync();
        Assert.Equal((15, true), (waiting.Pending, waiting.IsIntact));
        await transaction.CommitAsync(Cancellation);
        Assert.Equal(16, (await harness.SealAsync()).Entries);
        Assert.True((await harness.VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Sealing_beside_writers_seals_every_entry_once()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        Task[] writers =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    for (int i = 0; i < 15; i++)
                        await harness.FileAsync(3);
                }),
        ];
        Task all = Task.WhenAll(writers);
        while (!all.IsCompleted)
            try
            {
                // two at a time, as two workers
                await Task.WhenAll(harness.SealOnceAsync(), harness.SealOnceAsync());
            }
            catch (CallIntelException e) when (e.Code is ErrorCodes.CheckpointSinkFailed or ErrorCodes.SealConflict)
            {
                // the other one was faster; the next round seals what is left
            }
        await all;
        await harness.SealAsync();
        AuditVerification verified = await harness.VerifyAsync();
        Assert.Equal([], verified.Findings);
        Assert.Equal((await CountAsync(harness), 0L), (verified.Entries, verified.Pending));
    }

    [Fact]
    public async Task Entries_of_a_restored_database_are_sealed_whatever_their_transactions_were()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(10);
        await harness.SealAsync();
        await harness.FileAsync(10);
        // as if the rows came from a server that had used more transaction ids, and from another one
        await harness.ExecuteAsync(
            """
            update callintel_private.audit_log a set xid = (a.xid::text::bigint + 1000000000)::text::xid8
             where not exists (select from callintel_private.audit_leaves l where l.row_id = a.id);
            update callintel_private.audit_seals set identity = 'another server';
            update callintel_private.audit_checkpoints set identity = 'another server';
            """
        );
        Assert.True((await harness.VerifyAsync()).IsIntact);
        Assert.Equal(15, (await harness.SealAsync()).Entries);
        await harness.FileAsync(10);
        Assert.Equal(15, (await harness.SealAsync()).Entries);
        AuditVerification verified = await harness.VerifyAsync();
        Assert.Equal([], verified.Findings);
        Assert.Equal(await CountAsync(harness), verified.Entries);
    }

    [Fact]
    public async Task A_month_is_removed_only_if_it_is_old_and_sealed_and_the_trees_stay_valid()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
        DateOnly old = new DateOnly(today.Year, today.Month, 1).AddMonths(-4);
        await harness.Operations.EnsurePartitionsAsync(old, today, Cancellation);
        int days = today.DayNumber - old.DayNumber - 10;
        await harness.FileAsync(10, days);
        await harness.SealAsync();
        await harness.FileAsync(1);
        await harness.FileAsync(2, days);
        CallIntelException unsealed = await Assert.ThrowsAsync<CallIntelException>(() =>
            harness.Operations.RemoveLedgerMonthsAsync(old.AddMonths(1), Cancellation)
        );
        Assert.Equal(ErrorCodes.LedgerMonthNotRemovable, unsealed.Code);
        CallIntelException recent = await Assert.ThrowsAsync<CallIntelException>(() =>
            harness.Operations.RemoveLedgerMonthsAsync(today.AddMonths(1), Cancellation)
        );
        Assert.Equal(ErrorCodes.LedgerMonthNotRemovable, recent.Code);
        // without that, entries that were filed for a past day are findings
        await harness.ExecuteAsync(
            $"delete from callintel_private.audit_log where id < callintel.first_id('{old.AddMonths(1):yyyy-MM-dd}Z')"
                + " and id not in (select row_id from callintel_private.audit_leaves);"
                + "delete from callintel_private.access_log "
                + $"where id < callintel.first_id('{old.AddMonths(1):yyyy-MM-dd}Z')"
                + " and id not in (select row_id from callintel_private.audit_leaves)"
        );
        Assert.True(await harness.Operations.RemoveLedgerMonthsAsync(old.AddMonths(1), Cancellation) >= 1);
        AuditVerification verified = await harness.VerifyAsync();
        Assert.Equal([], verified.Findings);
        Assert.Equal([old], verified.RetiredMonths);
        await harness.SealAsync();
        Assert.True((await harness.VerifyAsync()).IsIntact);
        // the removal is on file, so it cannot be claimed afterwards
        await harness.ExecuteAsync("delete from callintel_private.audit_log where action = 'retire'");
        Assert.False((await harness.VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task The_operations_worker_seals_if_it_has_keys()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(4);
        Assert.DoesNotContain(
            "seal_ledgers",
            await new OperationsWorker(harness.AsOperations).RunDueAsync(Cancellation)
        );
        OperationsWorker worker = new(harness.AsOperations) { SealKeys = harness.Keys, CheckpointSink = harness.Sink };
        Assert.Contains("seal_ledgers", await worker.RunDueAsync(Cancellation));
        await harness.SealAsync();
        AuditVerification verified = await harness.VerifyAsync();
        Assert.Equal((await CountAsync(harness), true), (verified.Entries, verified.IsIntact));
    }

    static async Task<long> CountAsync(SealHarness harness) =>
        (
            await harness.ListAsync(
                $"select (select count(*) from callintel_private.audit_log where org_id = '{harness.Org.Id}')"
                    + $" + (select count(*) from callintel_private.access_log where org_id = '{harness.Org.Id}')",
                r => r.GetInt64(0)
            )
        )[0];

    static Task<HealthCheckResult> RunAsync(LedgerSealHealthCheck check) =>
        check.CheckHealthAsync(
            new HealthCheckContext
            {
                Registration = new HealthCheckRegistration("seals", check, HealthStatus.Unhealthy, null),
            },
            Cancellation
        );
}
