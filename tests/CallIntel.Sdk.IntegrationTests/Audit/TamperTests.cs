using System.Globalization;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>
/// A superuser tampers with sealed ledgers in each way, at random places, also together with the leaves and checkpoints
/// in the database. Every time, the verification finds it and names the entries.
/// </summary>
/// <remarks>
/// 20 times in each way; with <c>CALLINTEL_LONG_TESTS=1</c> 1,000 times, ten of them in one copy of the ledgers where
/// one does not undo another.
/// </remarks>
public sealed class TamperTests(ServerFixture server, ITestOutputHelper output)
{
    static readonly AuditFindingKind[] AnyKind = Enum.GetValues<AuditFindingKind>();

    static int Attempts => FuzzSize.Choose(20, 1000);

    [Theory]
    [InlineData("edit")]
    [InlineData("delete")]
    [InlineData("insert")]
    [InlineData("reorder")]
    [InlineData("swap")]
    [InlineData("truncate")]
    [InlineData("roll back")]
    public async Task Tampering_by_a_superuser_is_found_and_the_entries_are_named(string kind)
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(12, 40);
        await harness.FileAsync(12, 8);
        await harness.SealAsync();
        List<Guid> last = [];
        for (int round = 0; round < 3; round++)
        {
            await harness.SaveAsync("older");
            List<Guid> before = await IdsAsync(harness);
            await harness.FileAsync(6);
            await harness.SealAsync();
            last = [.. (await IdsAsync(harness)).Except(before)];
        }
        await harness.SaveAsync("now");
        Assert.Equal([], (await harness.VerifyAsync()).Findings);

        int seed = kind.Sum(c => c);
        Random random = new(seed);
        int atOnce = kind is "truncate" or "roll back" ? 1 : FuzzSize.Choose(1, 10);
        int missed = 0;
        for (int round = 0; round < Attempts / atOnce; round++)
        {
            HashSet<Guid> victims = [];
            AuditFindingKind[] allowed = AnyKind;
            string how = "";
            for (int i = 0; i < atOnce; i++)
            {
                bool isThorough = random.Next(2) == 1;
                (List<Guid> more, allowed) = await TamperAsync(harness, kind, isThorough, random, last, victims);
                victims.UnionWith(more);
                how += isThorough ? "t" : "s";
            }
            AuditVerification found = await harness.VerifyAsync();
            HashSet<Guid> named = [.. found.Findings.Where(f => f.EntryId is not null).Select(f => f.EntryId!.Value)];
            if (
                found.IsIntact
                || !named.SetEquals(victims)
                || found.Findings.Any(f => f.EntryId is not null && !allowed.Contains(f.Kind))
            )
            {
                missed++;
                output.WriteLine(
                    $"{kind} {how} {round}: wanted {string.Join(' ', victims)}; found "
                        + string.Join("; ", found.Findings.Select(f => $"{f.Kind} {f.EntryId} {f.Position}"))
                );
            }
            await harness.RestoreAsync("now");
            if (round % 10 == 0)
                Assert.Equal([], (await harness.VerifyAsync()).Findings);
        }
        Assert.Equal(0, missed);
        output.WriteLine($"{kind}: {Attempts} attempts, {missed} missed");
    }

    [Fact]
    public async Task Without_a_sink_a_rewritten_leaf_is_found_by_the_signed_root()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(12);
        await harness.SealAsync();
        Random random = new(1);
        await TamperAsync(harness, "edit", true, random, [], []);
        AuditVerification found = await harness.VerifyAsync(withSink: false);
        Assert.Equal(AuditFindingKind.Rewritten, Assert.Single(found.Findings).Kind);
    }

    [Fact]
    public async Task A_checkpoint_that_another_key_signed_is_found()
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await harness.FileAsync(12);
        await harness.SealAsync();
        Checkpoint forged = Checkpoint.Sign(
            Checkpoint.OriginOf(harness.Org.Id, DateOnly.FromDateTime(DateTime.UtcNow)),
            1,
            new byte[32],
            SealKey.Create("test.example/seal")
        );
        await harness.ExecuteAsync($"update callintel_private.audit_checkpoints set note = '{forged.Note}'");
        Assert.All((await harness.VerifyAsync(withSink: false)).Findings, f =>
            Assert.Equal(AuditFindingKind.CheckpointForged, f.Kind)
        );
        Assert.False((await harness.VerifyAsync(withSink: false)).IsIntact);
    }

    /// <summary>
    /// Tampers with entries that were not tampered with yet, and returns those that a verification has to name, and no
    /// others.
    /// </summary>
    async Task<(List<Guid> Victims, AuditFindingKind[] Allowed)> TamperAsync(
        SealHarness harness,
        string kind,
        bool isThorough,
        Random random,
        List<Guid> last,
        HashSet<Guid> former
    )
    {
        List<(DateOnly Month, long Position, Guid Id, short Ledger)> leaves = await harness.ListAsync(
            $"""
            select l.month, l.position, l.row_id, l.ledger from callintel_private.audit_leaves l
             where l.org_id = '{harness.Org.Id}' order by l.month, l.position
            """,
            r => (r.GetFieldValue<DateOnly>(0), r.GetInt64(1), r.GetGuid(2), r.GetInt16(3))
        );
        var free = leaves.Where(l => !former.Contains(l.Id)).ToArray();
        var victim = free[random.Next(free.Length)];
        // another one has to be left to exchange it with
        while (kind == "reorder" && free.Count(l => l.Month == victim.Month) < 2)
            victim = free[random.Next(free.Length)];
        var changes = free.Where(l => l.Ledger == 1).ToArray();
        string table = victim.Ledger == 1 ? "audit_log" : "access_log";
        switch (kind)
        {
            case "edit":
                await harness.ExecuteAsync(
                    $"update callintel_private.{table} set "
                        + random.GetItems(
                            ["member_id = gen_random_uuid()", "row_count = row_count + 1", "purpose = 5"],
                            1
                        )[0]
                        + $" where id = '{victim.Id}'"
                );
                if (isThorough)
                    await RehashAsync(harness, victim.Month);
                return ([victim.Id], [AuditFindingKind.Edited]);
            case "delete":
                await harness.ExecuteAsync($"delete from callintel_private.{table} where id = '{victim.Id}'");
                if (isThorough)
                    await harness.ExecuteAsync(
                        $"""
                        delete from callintel_private.audit_leaves where row_id = '{victim.Id}';
                        update callintel_private.audit_leaves set position = -position
                         where month = '{Day(victim.Month)}' and position > {victim.Position};
                        update callintel_private.audit_leaves set position = -position - 1 where position < 0;
                        """
                    );
                return ([victim.Id], [AuditFindingKind.Deleted, AuditFindingKind.Truncated]);
            case "insert":
            {
                Guid added = (
                    await harness.ListAsync($"select {SealHarness.Id(random.Next(2, 30))}", r => r.GetGuid(0))
                )[0];
                // with the transaction of an old entry, or with that of now and an old id
                string xid = isThorough ? "pg_current_xact_id()" : "a.xid";
                await harness.ExecuteAsync(
                    $"""
                    insert into callintel_private.audit_log (org_id, id, member_id, action, object, row_count, xid)
                    select a.org_id, '{added}', a.member_id, a.action, a.object, a.row_count, {xid}
                      from callintel_private.audit_log a where a.id = '{changes[random.Next(changes.Length)].Id}'
                    """
                );
                // sealed by the worker before anybody verifies
                if (isThorough && random.Next(2) == 1)
                    await harness.Operations.SealLedgersAsync(
                        harness.Keys,
                        null,
                        TestContext.Current.CancellationToken
                    );
                return ([added], [AuditFindingKind.Inserted]);
            }
            case "reorder":
            {
                var month = free.Where(l => l.Month == victim.Month && l.Id != victim.Id).ToArray();
                var other = month[random.Next(month.Length)];
                await harness.ExecuteAsync(
                    $"""
                    update callintel_private.audit_leaves set position = -1
                     where month = '{Day(victim.Month)}' and position = {victim.Position};
                    update callintel_private.audit_leaves set position = {victim.Position}
                     where month = '{Day(victim.Month)}' and position = {other.Position};
                    update callintel_private.audit_leaves set position = {other.Position}
                     where month = '{Day(victim.Month)}' and position = -1;
                    """
                );
                return ([victim.Id, other.Id], [AuditFindingKind.Reordered]);
            }
            case "swap":
            {
                var pair = random.GetItems(changes, 2);
                while (pair[0].Id == pair[1].Id)
                    pair = random.GetItems(changes, 2);
                await harness.ExecuteAsync(
                    $"""
                    update callintel_private.audit_log a
                       set occurred_at = b.occurred_at, xid = b.xid, member_id = b.member_id, action = b.action,
                           object = b.object, row_count = b.row_count, request_id = b.request_id, detail = b.detail,
                           purpose = b.purpose, subject_id = b.subject_id, op = b.op
                      from callintel_private.audit_log b
                     where (a.id, b.id) in (('{pair[0].Id}', '{pair[1].Id}'), ('{pair[1].Id}', '{pair[0].Id}'))
                    """
                );
                if (isThorough)
                {
                    await RehashAsync(harness, pair[0].Month);
                    await RehashAsync(harness, pair[1].Month);
                }
                return ([pair[0].Id, pair[1].Id], [AuditFindingKind.Edited]);
            }
            case "truncate":
            {
                var month = leaves.Where(l => l.Month == victim.Month).ToArray();
                int kept = random.Next(month.Length);
                Guid[] gone = [.. month[kept..].Select(l => l.Id)];
                string list = string.Join(',', gone.Select(id => $"'{id}'"));
                await harness.ExecuteAsync(
                    $"delete from callintel_private.audit_log where id in ({list});"
                        + $"delete from callintel_private.access_log where id in ({list});"
                        + $"delete from callintel_private.audit_leaves where row_id in ({list});"
                        + (
                            isThorough
                                ? "delete from callintel_private.audit_checkpoints "
                                    + $"where month = '{Day(victim.Month)}' "
                                    + $"and size > {kept};"
                                : ""
                        )
                );
                return ([.. gone], [AuditFindingKind.Truncated, AuditFindingKind.RolledBack]);
            }
            case "roll back":
                await harness.RestoreAsync("older");
                // the application goes on
                if (isThorough)
                    await harness.FileAsync(random.Next(1, 3));
                return ([.. last], [AuditFindingKind.RolledBack]);
            default:
                return ([], AnyKind);
        }
    }

    /// <summary>Rewrites the hashes of leaves whose entries were changed, as one who knows the format would.</summary>
    static async Task RehashAsync(SealHarness harness, DateOnly month)
    {
        List<StoredLeaf> leaves = await new SealReader.Operator(harness.Database.Admin, harness.Org.Id)
            .LeavesAsync(month, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        foreach (StoredLeaf leaf in leaves.Where(l => !l.RowHash.AsSpan().SequenceEqual(l.Hash)))
            await harness.ExecuteAsync(
                $"update callintel_private.audit_leaves set leaf_hash = '\\x{Convert.ToHexString(leaf.RowHash!)}' "
                    + $"where month = '{Day(month)}' and position = {leaf.Position}"
            );
    }

    static Task<List<Guid>> IdsAsync(SealHarness harness) =>
        harness.ListAsync($"select row_id from callintel_private.audit_leaves where org_id = '{harness.Org.Id}'", r =>
            r.GetGuid(0)
        );

    static string Day(DateOnly month) => month.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
