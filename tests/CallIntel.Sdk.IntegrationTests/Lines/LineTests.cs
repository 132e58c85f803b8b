using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Lines;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Lines;

public sealed class LineTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_can_be_added_assigned_renamed_and_retired()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("lines", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId anna = org.Members[OrgRole.Member];

        LineId support = await admin.Lines.AddAsync("32 12 34 56", null, "Support", "DK", Cancellation);
        LineId desk = await admin.Lines.AddAsync("sip:desk@example.org", anna, cancellationToken: Cancellation);
        Line[] lines = [.. await admin.Lines.ListAsync(Cancellation)];
        Assert.Equal([support, desk], lines.Select(l => l.Id));
        Assert.Equal(["+4532123456", "sip:desk@example.org"], lines.Select(l => l.Number));
        Assert.Equal(["Support", null], lines.Select(l => l.Label));
        Assert.Equal([null, anna], lines.Select(l => l.Member));
        Assert.All(lines, l => Assert.Null(l.RetiredAt));
        Assert.DoesNotContain("Support", lines[0].ToString(), StringComparison.Ordinal);

        await admin.Lines.AssignAsync(support, anna, Cancellation);
        await admin.Lines.RenameAsync(support, "Hotline", Cancellation);
        await admin.Lines.RetireAsync(support, Cancellation);
        Line retired = (await admin.Lines.ListAsync(Cancellation))[0];
        Assert.Equal((anna, "Hotline"), (retired.Member, retired.Label));
        Assert.NotNull(retired.RetiredAt);
        await admin.Lines.RetireAsync(support, Cancellation);
        Assert.Equal(retired.RetiredAt, (await admin.Lines.ListAsync(Cancellation))[0].RetiredAt);

        // once more, in another notation: the same line, in use again
        Assert.Equal(support, await admin.Lines.AddAsync("+4532123456", cancellationToken: Cancellation));
        Line again = (await admin.Lines.ListAsync(Cancellation))[0];
        Assert.Equal((anna, "Hotline", null), (again.Member, again.Label, again.RetiredAt));
        await admin.Lines.AssignAsync(support, null, Cancellation);
        await admin.Lines.RenameAsync(support, null, Cancellation);
        again = (await admin.Lines.ListAsync(Cancellation))[0];
        Assert.Equal((null, null), (again.Member, again.Label));
        Assert.Equal(
            "add, add, assign, rename, retire, retire, add, assign, rename",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action, ', ' order by occurred_at, id)
                  from callintel_private.audit_log where org_id = $1 and op = 0 and object = 'lines'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task An_event_finds_its_line_however_its_source_writes_the_number()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("events of lines", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        LineId line = await admin.Lines.AddAsync("+45 32 12 34 56", cancellationToken: Cancellation);
        EventRecord call = new()
        {
            OccurredAt = new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero),
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Party = "+4520123456",
            Details = new() { OwnNumber = "32123456" },
        };
        IngestSource source = new("pbx", DefaultRegion: "DK");
        await admin.Ingestion.WriteAsync(source, [call with { ExternalId = "written" }], Cancellation);
        await admin.Ingestion.IngestAsync(
            source,
            new[]
            {
                call with
                {
                    ExternalId = "copied",
                },
                call with
                {
                    ExternalId = "other line",
                    Details = new() { OwnNumber = "101" },
                },
                call with
                {
                    ExternalId = "no line",
                    Details = null,
                },
            }.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Dictionary<string, LineId?> lines = await admin
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToDictionaryAsync(e => e.ExternalId!, e => e.Line, cancellationToken: Cancellation);
        Assert.Equal((line, line), (lines["written"], lines["copied"]));
        Assert.NotEqual(line, Assert.NotNull(lines["other line"]));
        Assert.Null(lines["no line"]);
        // an own query joins the two views
        Assert.Equal(
            2L,
            await admin
                .QueryAsync(
                    "select count(*) from callintel.events e join callintel.lines l on l.line_id = e.line_id",
                    row => row.GetInt64(0),
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Numbers_and_labels_are_readable_by_roles_that_read_content_and_lines_are_changed_by_admins()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("roles of lines", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        LineId line = await owner.Lines.AddAsync("+4532123456", null, "Support", cancellationToken: Cancellation);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            IReadOnlyList<Line> lines = await session.Lines.ListAsync(Cancellation);
            if (role is OrgRole.Ingester)
                Assert.Empty(lines);
            else
                Assert.Equal(
                    (
                        role,
                        line,
                        role is OrgRole.Viewer ? null : "+4532123456",
                        role is OrgRole.Viewer ? null : "Support"
                    ),
                    (role, lines[0].Id, lines[0].Number, lines[0].Label)
                );
            Func<Task>[] changes =
            [
                () => session.Lines.AddAsync("+4532123456", cancellationToken: Cancellation),
                () => session.Lines.AssignAsync(line, org.Members[OrgRole.Admin], Cancellation),
                () => session.Lines.RenameAsync(line, "Support", Cancellation),
                () => session.Lines.RenameAsync(line, null, Cancellation),
                () => session.Lines.RetireAsync(line, Cancellation),
            ];
            foreach (Func<Task> change in changes)
                if (role < OrgRole.Admin)
                    await RefusedAsync(ErrorCodes.NotAllowed, change);
                else
                    await change();
            if (role >= OrgRole.Admin)
                await session.Lines.AddAsync("+4532123456", label: "Support", cancellationToken: Cancellation);
        }
    }

    [Fact]
    public async Task Invalid_numbers_labels_lines_and_members_are_rejected()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach (string number in (string[])["", " ", "1\n2", "nul\0", $"{'\ud83d'}", new string('1', 129)])
            await RefusedAsync(ErrorCodes.InvalidLineNumber, () =>
                admin.Lines.AddAsync(number, cancellationToken: Cancellation)
            );
        LineId line = await admin.Lines.AddAsync(new string('1', 128), cancellationToken: Cancellation);
        foreach (string label in (string[])["", "two\nlines", new string('x', Line.MaxLabelLength + 1)])
        {
            await RefusedAsync(ErrorCodes.InvalidName, () =>
                admin.Lines.AddAsync("101", label: label, cancellationToken: Cancellation)
            );
            await RefusedAsync(ErrorCodes.InvalidName, () => admin.Lines.RenameAsync(line, label, Cancellation));
        }
        MemberId stranger = fixture.Foreign.Members[OrgRole.Owner];
        await RefusedAsync(ErrorCodes.MemberNotFound, () =>
            admin.Lines.AddAsync("102", stranger, cancellationToken: Cancellation)
        );
        await RefusedAsync(ErrorCodes.MemberNotFound, () => admin.Lines.AssignAsync(line, stranger, Cancellation));

        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Empty(await foreign.Lines.ListAsync(Cancellation));
        await RefusedAsync(ErrorCodes.LineNotFound, () => foreign.Lines.AssignAsync(line, null, Cancellation));
        await RefusedAsync(ErrorCodes.LineNotFound, () => foreign.Lines.RenameAsync(line, "x", Cancellation));
        await RefusedAsync(ErrorCodes.LineNotFound, () => foreign.Lines.RetireAsync(line, Cancellation));
    }

    [Fact]
    public async Task Lines_are_readable_after_a_rotation_of_the_keys_and_belong_to_nobody_after_their_member_left()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rotated lines", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        MemberId anna = org.Members[OrgRole.Member];
        LineId line = await owner.Lines.AddAsync("+4532123456", anna, "Anna", cancellationToken: Cancellation);
        await owner.Keys.RotateAsync(cancellationToken: Cancellation);
        await owner.Members.RevokeAsync(anna, Cancellation);

        Line stored = Assert.Single(await owner.Lines.ListAsync(Cancellation));
        Assert.Equal((line, "+4532123456", "Anna"), (stored.Id, stored.Number, stored.Label));
        Assert.Equal((DecryptResult.Ok, DecryptResult.Ok), (stored.NumberStatus, stored.LabelStatus));
        Assert.Null(stored.Member);
        Assert.Equal(line, await owner.Lines.AddAsync("+4532123456", cancellationToken: Cancellation));
    }
}
