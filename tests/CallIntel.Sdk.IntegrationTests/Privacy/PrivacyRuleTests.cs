using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

public sealed class PrivacyRuleTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_privacy_rule_can_be_set_read_listed_replaced_and_removed_and_is_audited()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "rules", 2, 1);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId[] listed = [org.Members[OrgRole.Analyst], org.Members[OrgRole.Member]];
        Assert.Null(await admin.Privacy.FindAsync(contacts[0], Cancellation));

        await admin.Privacy.SetAsync(
            contacts[0],
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [.. listed, listed[0]] },
            Cancellation
        );
        PrivacyRule first = (await admin.Privacy.FindAsync(contacts[0], Cancellation))!;
        Assert.Equal(PrivacyLevel.Restricted, first.Level);
        Assert.Equal(listed.ToHashSet(), first.Members.ToHashSet());
        Assert.Equal(2, first.Members.Count);

        PrivacyRule second = new()
        {
            Level = PrivacyLevel.MetadataOnly,
            NoSearch = true,
            NoEmbedding = true,
            RetentionDays = 90,
        };
        await admin.Privacy.SetAsync(contacts[0], second, Cancellation);
        IReadOnlyDictionary<ContactId, PrivacyRule> all = await admin.Privacy.ListAsync(Cancellation);
        Assert.Equal(contacts[0], Assert.Single(all).Key);
        Assert.Empty(all[contacts[0]].Members);
        Assert.Equal(
            (second.Level, true, true, 90),
            (
                all[contacts[0]].Level,
                all[contacts[0]].NoSearch,
                all[contacts[0]].NoEmbedding,
                all[contacts[0]].RetentionDays
            )
        );

        Assert.True(await admin.Privacy.RemoveAsync(contacts[0], Cancellation));
        Assert.False(await admin.Privacy.RemoveAsync(contacts[0], Cancellation));
        Assert.Empty(await admin.Privacy.ListAsync(Cancellation));
        Assert.Equal(
            "set privacy_rules 1 level 2, set privacy_rule_members 2 -, set privacy_rules 1 level 1, remove "
                + "privacy_rule_members 2 -, remove privacy_rules 1 level 1",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || object || ' ' || row_count || ' ' || coalesce(detail, '-'), ', '
                    order by occurred_at) from callintel_private.audit_log where org_id = $1 and object like 'privacy%'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Invalid_privacy_rules_and_members_without_the_permission_are_rejected()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "refused rules", 1, 1);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId analyst = org.Members[OrgRole.Analyst],
            stranger = fixture.Foreign.Members[OrgRole.Owner];
        foreach (
            PrivacyRule never in new[]
            {
                new PrivacyRule { Level = (PrivacyLevel)4 },
                new PrivacyRule { Level = (PrivacyLevel)(-1) },
                new PrivacyRule { RetentionDays = 0 },
                new PrivacyRule { RetentionDays = -1 },
                new PrivacyRule { Members = [analyst] },
                new PrivacyRule { Level = PrivacyLevel.Hidden, Members = [analyst] },
                new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [stranger] },
            }
        )
            await RefusedAsync(ErrorCodes.InvalidRule, () => admin.Privacy.SetAsync(contacts[0], never, Cancellation));
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            admin.Privacy.SetAsync(new ContactId(NewId()), new PrivacyRule(), Cancellation)
        );
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            foreign.Privacy.SetAsync(contacts[0], new PrivacyRule(), Cancellation)
        );
        Assert.False(await foreign.Privacy.RemoveAsync(contacts[0], Cancellation));

        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule(), Cancellation);
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                session.Privacy.SetAsync(contacts[0], new PrivacyRule(), Cancellation)
            );
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.Privacy.RemoveAsync(contacts[0], Cancellation));
            Assert.Empty(await session.Privacy.ListAsync(Cancellation));
            Assert.Null(await session.Privacy.FindAsync(contacts[0], Cancellation));
        }
    }

    [Fact]
    public async Task The_rule_of_a_hidden_contact_cannot_be_removed_without_a_purpose()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "lifting", 1);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        Assert.Equal(0, await EventsWithAsync(admin, contacts[0]));
        await RefusedAsync(ErrorCodes.PurposeNeeded, () =>
            admin.Privacy.SetAsync(contacts[0], new PrivacyRule(), Cancellation)
        );
        await RefusedAsync(ErrorCodes.PurposeNeeded, () => admin.Privacy.RemoveAsync(contacts[0], Cancellation));
        // by injected SQL neither
        foreach (
            string sql in new[]
            {
                "select callintel.set_privacy_rule($1, 0::smallint, '{}', false, false, null)",
                "select callintel.remove_privacy_rule($1)",
            }
        )
            await RefusedAsync(ErrorCodes.PurposeNeeded, () =>
                admin
                    .QueryAsync(sql, _ => 1, [contacts[0].Value], cancellationToken: Cancellation)
                    .ToListAsync(Cancellation)
                    .AsTask()
            );

        await using OrgSession purposeful = await PurposefulAsync(fixture.Database, org);
        Assert.Equal(3, await EventsWithAsync(purposeful, contacts[0]));
        await purposeful.Privacy.SetAsync(contacts[0], new PrivacyRule(), Cancellation);
        Assert.Equal(3, await EventsWithAsync(admin, contacts[0]));
    }

    [Fact]
    public async Task A_privacy_rule_takes_effect_in_the_next_statement_of_an_open_session()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "live", 2);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        (PrivacyRule Rule, int Events, int Contents)[] steps =
        [
            (new PrivacyRule { Level = PrivacyLevel.MetadataOnly }, 3, 0),
            (new PrivacyRule { Level = PrivacyLevel.Restricted }, 0, 0),
            (new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Members[OrgRole.Analyst]] }, 3, 3),
            (new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Members[OrgRole.Member]] }, 0, 0),
            (new PrivacyRule(), 3, 3),
            (new PrivacyRule { Level = PrivacyLevel.Hidden }, 0, 0),
        ];
        foreach ((PrivacyRule rule, int events, int contents) in steps)
        {
            await admin.Privacy.SetAsync(contacts[0], rule, Cancellation);
            Assert.Equal(
                (events, contents),
                (await EventsWithAsync(analyst, contacts[0]), await ContentsWithAsync(analyst, contacts[0]))
            );
            Assert.Equal(events > 0, (await analyst.Contacts.ListNumbersAsync(contacts[0], Cancellation)).Count > 0);
            Assert.Equal(
                events > 0,
                await analyst.Contacts.FindDisplayNameAsync(contacts[0], Cancellation) is not null
            );
            Assert.Equal(3, await ContentsWithAsync(analyst, contacts[1]));
        }
    }

    [Fact]
    public async Task A_privacy_rule_takes_effect_in_the_next_statement_of_the_transaction_that_sets_it()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "batch", 1);
        const string Events = "select count(*) from callintel.events where contact_id = $1";
        const string Contents = "select count(*) from callintel.event_contents where contact_id = $1";
        Guid contact = contacts[0].Value;
        await using SessionTransaction admin = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        Assert.Equal(
            (3L, 3L),
            ((long)(await admin.RunAsync(Events, contact))!, (long)(await admin.RunAsync(Contents, contact))!)
        );
        await admin.RunAsync("select callintel.set_privacy_rule($1, 1::smallint, '{}', false, false, null)", contact);
        Assert.Equal(
            (3L, 0L),
            ((long)(await admin.RunAsync(Events, contact))!, (long)(await admin.RunAsync(Contents, contact))!)
        );
        await admin.RunAsync("select callintel.set_privacy_rule($1, 3::smallint, '{}', false, false, null)", contact);
        Assert.Equal(
            (0L, 0L),
            ((long)(await admin.RunAsync(Events, contact))!, (long)(await admin.RunAsync(Contents, contact))!)
        );
        Assert.Equal(1L, await admin.RunAsync("select count(*) from callintel.orgs"));
        await admin.CommitAsync();
    }

    [Fact]
    public async Task Another_privacy_rule_takes_effect_in_the_next_statement_of_every_open_transaction()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "open", 2);
        const string Events = "select count(*) from callintel.events where contact_id = $1";
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        await using SessionTransaction analyst = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Analyst)
        );
        Assert.Equal(3L, await analyst.RunAsync(Events, contacts[1].Value));
        await admin.Privacy.SetAsync(contacts[1], new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        Assert.Equal(0L, await analyst.RunAsync(Events, contacts[1].Value));
    }

    [Fact]
    public async Task A_member_who_rejoins_has_no_access_to_restricted_contacts()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "coming back", 1);
        MemberId analyst = org.Members[OrgRole.Analyst];
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Privacy.SetAsync(
            contacts[0],
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [analyst] },
            Cancellation
        );
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal(3, await EventsWithAsync(session, contacts[0]));
        await owner.Members.RevokeAsync(analyst, Cancellation);
        await owner.Members.SetRoleAsync(analyst, OrgRole.Analyst, Cancellation);
        Assert.Equal(0, await EventsWithAsync(session, contacts[0]));
        Assert.Empty((await owner.Privacy.FindAsync(contacts[0], Cancellation))!.Members);
    }
}
