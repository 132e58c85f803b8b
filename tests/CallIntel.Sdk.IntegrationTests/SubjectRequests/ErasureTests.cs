using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Encryption;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>
/// An erasure leaves nothing of a person, says so in a certificate, and continues after any interruption.
/// </summary>
public sealed class ErasureTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The steps that an erasure can be interrupted before.</summary>
    public static TheoryData<ErasureStep> Steps { get; } =
    [.. Enum.GetValues<ErasureStep>().Where(step => step is not ErasureStep.Done)];

    [Fact]
    public async Task An_erased_contact_leaves_no_row_key_text_or_number_and_others_keep_theirs()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "erased");
        ContactId contact = await org.FillAsync();
        Guid request = await org.RequestAsync(contact);

        ErasureCertificate certificate = await org.Admin.Erasures.RunAsync(request, Cancellation);

        Assert.Null(await org.Admin.Contacts.FindByNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation));
        List<ConversationEvent> left = await org
            .Admin.Events.ReadAsync(EventFilter.All.WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(12, left.Count);
        Assert.All(left, e => Assert.StartsWith(ErasureOrg.KeptSecret, e.Content!.Body, StringComparison.Ordinal));
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.data_keys where subject_id = $1 and wrapped is not null",
                contact.Value
            )
        );
        Assert.Equal(
            (1L, 1L),
            (
                await ScalarAsync<long>(
                    fixture.Database,
                    "select count(*) from callintel_private.ingest_rejects where org_id = $1 and raw is null",
                    org.Org.Id.Value
                ),
                await ScalarAsync<long>(
                    fixture.Database,
                    "select count(*) from callintel_private.ingest_rejects where org_id = $1 and raw is not null",
                    org.Org.Id.Value
                )
            )
        );

        ErasureStatement says = certificate.Statement;
        Assert.Equal((request, 0L, 1), (says.RequestId, says.RowsLeft, says.SuppressedNumbers));
        Assert.Equal([contact], says.Contacts);
        Assert.Empty(says.DeferredContacts);
        Assert.Equal(12, says.Rows.Single(r => r.Table == "events").Rows);
        Assert.Equal(12, says.Rows.Single(r => r.Table == "event_contents").Rows);
        Assert.Equal(1, says.Rows.Single(r => r.Table == "contact_numbers").Rows);
        Assert.Equal(ErasureAction.Redact, says.Rows.Single(r => r.Table == "ingest_rejects").Action);
        Assert.Single(says.DestroyedKeys);
        Assert.Equal(says.VerifiedAt.AddDays(30), says.BackupsExpireAt);
        Assert.Equal(1, says.Ledger!.Height);
        Assert.Equal(says.Ledger, await org.Sink.ReadHeadAsync(org.Org.Id, Cancellation));
        Assert.True(await org.Admin.Erasures.VerifyAsync(ErasureCertificate.Parse(certificate.Text), Cancellation));
        Assert.True(certificate.Verify(await org.Admin.Erasures.ExportKeyAsync(null, Cancellation)));
    }

    [Fact]
    public async Task A_dump_after_an_erasure_contains_no_id_of_an_event_of_the_person_and_no_plaintext_in_any_form()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "dumped");
        ContactId contact = await org.FillAsync();
        string[] events =
        [
            .. await org
                .Admin.Events.ReadAsync(EventFilter.All.ForContact(contact), Cancellation)
                .Select(e => e.Id.ToString())
                .ToListAsync(Cancellation),
        ];
        string[] stored =
        [
            .. await ListAsync(
                "select encode(number, 'hex') from callintel_private.contact_numbers where contact_id = $1"
                    + " union all select number_index::text from callintel_private.contact_numbers"
                    + " where contact_id = $1 union all select encode(body, 'hex')"
                    + " from callintel_private.event_contents where contact_id = $1 union all"
                    + " select encode(display_name, 'hex') from callintel_private.contact_profiles"
                    + " where contact_id = $1",
                contact.Value
            ),
        ];
        Assert.Equal(12 + 12 + 2 + 1, events.Length + stored.Length);
        string before = await fixture.Database.DumpAsync(Cancellation);
        Assert.All(events.Concat(stored), id => Assert.Contains(id, before, StringComparison.Ordinal));

        await org.Admin.Erasures.RunAsync(await org.RequestAsync(contact), Cancellation);

        string after = await fixture.Database.DumpAsync(Cancellation);
        Assert.Equal([], stored.Where(id => after.Contains(id, StringComparison.Ordinal)));
        Assert.Equal([], events.Where(id => after.Contains(id, StringComparison.Ordinal)));
        byte[] dump = Encoding.UTF8.GetBytes(after);
        foreach (
            string planted in new[] { "4529837461", "29837461", "29 83 74 61", ErasureOrg.Secret, ErasureOrg.Name }
        )
            Assert.Empty(PlaintextForms.FoundIn(dump, planted));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task An_erasure_that_is_interrupted_before_a_step_is_continued_by_another_process(ErasureStep step)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, $"stopped {step}");
        ContactId contact = await org.FillAsync(3);
        Guid request = await org.RequestAsync(contact);
        ErasureProgress stopped = await org.Admin.Erasures.Runner.RunAsync(request, step, Cancellation);
        Assert.Equal(step, stopped.NextStep);
        if (step > ErasureStep.LedgerCopy)
            Assert.Equal(1, (await org.Sink.ReadHeadAsync(org.Org.Id, Cancellation))!.Height);

        await using CallIntelDataSource other = fixture.Database.CreateDataSource(options =>
            options.Erasure.LedgerSink = org.Sink
        );
        await using OrgSession session = await other.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        ErasureCertificate certificate = await session.Erasures.RunAsync(request, Cancellation);

        Assert.Equal(3, certificate.Statement.Rows.Single(r => r.Table == "events").Rows);
        Assert.Equal(0, certificate.Statement.RowsLeft);
        ErasureProgress done = await session.Erasures.ReadAsync(request, Cancellation);
        Assert.Equal((ErasureStep.Done, 0, 1), (done.NextStep, done.Pending.Count, done.Erased.Count));
        Assert.Single(await org.Sink.ReadAsync(org.Org.Id, 0, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Erasing_again_succeeds_and_changes_nothing()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "again");
        ContactId contact = await org.FillAsync(3);
        SubjectRequestId request = await org.OpenAsync(contact),
            another = await org.OpenAsync(contact);
        ErasureCertificate first = await org.Admin.SubjectRequests.EraseAsync(request, cancellationToken: Cancellation);
        Assert.Equal(
            first.Text,
            (await org.Admin.SubjectRequests.EraseAsync(request, cancellationToken: Cancellation)).Text
        );

        // the contact is gone by now
        ErasureCertificate second = await org.Admin.SubjectRequests.EraseAsync(
            another,
            cancellationToken: Cancellation
        );
        Assert.Equal([contact], second.Statement.Contacts);
        Assert.DoesNotContain(second.Statement.Rows, r => r.Table == "events");
        Assert.Equal(2, second.Statement.Ledger!.Height);
    }

    [Fact]
    public async Task Without_a_sink_for_the_ledger_nothing_is_erased()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "no sink", options =>
            options.Erasure.LedgerSink = null
        );
        ContactId contact = await org.FillAsync(1);
        await RefusedAsync(ErrorCodes.ErasureSinkMissing, async () =>
            await org.Admin.SubjectRequests.EraseAsync(await org.OpenAsync(contact), cancellationToken: Cancellation)
        );
        Assert.Equal(contact, await org.ContactAsync(ErasureOrg.Erased));
    }

    [Fact]
    public async Task Unknown_requests_requests_for_something_else_and_unverified_identities_are_refused()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "unknown");
        await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () =>
            org.Admin.SubjectRequests.EraseAsync(
                new SubjectRequestId(ErasureOrg.NewRequest()),
                cancellationToken: Cancellation
            )
        );
        ContactId contact = await org.FillAsync(1);
        OpenedSubjectRequest access = await org.Admin.SubjectRequests.OpenAsync(
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Access) { Contacts = [contact] },
            Cancellation
        );
        OpenedSubjectRequest unverified = await org.Admin.SubjectRequests.OpenAsync(
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Erasure) { Contacts = [contact] },
            Cancellation
        );
        foreach (SubjectRequestId request in new[] { access.Request.Id, unverified.Request.Id })
            await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
                org.Admin.SubjectRequests.EraseAsync(request, cancellationToken: Cancellation)
            );
        Assert.Equal(contact, await org.ContactAsync(ErasureOrg.Erased));
        await RefusedAsync(ErrorCodes.ErasureNotFound, () =>
            org.Admin.Erasures.RunAsync(ErasureOrg.NewRequest(), Cancellation)
        );
    }

    [Fact]
    public async Task A_certificate_that_was_changed_is_not_valid()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "forged");
        ContactId contact = await org.FillAsync(1);
        ErasureCertificate certificate = await org.Admin.Erasures.RunAsync(
            await org.RequestAsync(contact),
            Cancellation
        );
        string[] parts = certificate.Text.Split('.');
        string forged =
            $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            certificate.ToJson().Replace("\"rowsLeft\": 0", "\"rowsLeft\": 1", StringComparison.Ordinal)
        ))}.{parts[2]}";
        Assert.Equal(1, ErasureCertificate.Parse(forged).Statement.RowsLeft);
        Assert.False(await org.Admin.Erasures.VerifyAsync(ErasureCertificate.Parse(forged), Cancellation));
        foreach (string text in new[] { "", "a.b.c", parts[0], $"{parts[0]}.{parts[1]}", $"{parts[1]}.{parts[0]}.x" })
            Assert.Equal(
                ErrorCodes.InvalidErasureCertificate,
                Assert.Throws<CallIntelException>(() => ErasureCertificate.Parse(text)).Code
            );
    }

    async Task<List<string>> ListAsync(string sql, Guid id)
    {
        List<string> rows = [];
        await using Npgsql.NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = id });
        await using Npgsql.NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
