using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>What a worker embeds, what it leaves, and what becomes of embeddings when the content changes.</summary>
public sealed class EmbeddingJobTests(ServerFixture server) : IAsyncLifetime
{
    readonly WordModel _model = new();
    TestDatabase _database = null!;
    EmbeddingOrg _org = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        _org = await EmbeddingOrg.CreateAsync(_database, WordModel.Options(EmbeddingOrg.Model, _model));
        await _org.ImportAsync(
            _org.Sms("1", "please call me back about the invoice"),
            _org.Sms("2", "the parcel arrives tomorrow"),
            _org.Sms("3", "the parcel arrives tomorrow", "+4532000001"),
            _org.Sms("4", "see you at the office", "+4532000002", OrgRole.Admin)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _org.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_embedded_until_an_owner_turns_embeddings_on()
    {
        await using OrgSession admin = await _org.OpenAsync(OrgRole.Admin);
        Assert.Empty(await admin.Embeddings.ListModelsAsync(Cancellation));
        await RefusedAsync(ErrorCodes.EmbeddingsOff, () => admin.Embeddings.EnqueueAsync(Cancellation));
        await RefusedAsync(ErrorCodes.NotAllowed, () => admin.Embeddings.EnableAsync("words", 64, 1, Cancellation));
        await RefusedAsync(ErrorCodes.EmbeddingsOff, () => _org.FindAsync("parcel"));
        await _org.RunAsync();
        Assert.Equal((0, 0L), (_model.Texts.Count, await _org.VectorsAsync()));

        await _org.EnableAsync();
        await _org.RunAsync();
        EmbeddingModel model = Assert.Single(await admin.Embeddings.ListModelsAsync(Cancellation));
        Assert.Equal(
            (1, "words", WordModel.Size, EmbeddingModelState.Active, 1000, 997),
            (model.Number, model.Name, model.Dimensions, model.State, model.DailyLimit, model.LeftToday)
        );
        Assert.Equal([new EmbeddingCount(1, 4, 4)], await admin.Embeddings.CountAsync(Cancellation));
        Assert.Equal(["1"], await _org.FoundAsync("about the invoice", 1));
    }

    [Fact]
    public async Task A_text_that_occurs_twice_is_computed_once_and_stored_for_each_event()
    {
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal(3, _model.Texts.Count);
        Assert.Equal(["2", "3"], (await _org.FoundAsync("the parcel arrives tomorrow", 2)).Order());

        // Also in a later step, from a row that is stored.
        await _org.ImportAsync(_org.Sms("5", "the parcel arrives tomorrow", "+4532000003"));
        await _org.EmbedAsync();
        Assert.Equal(
            (
                3
                    + 1 /* query */
                ,
                5L
            ),
            (_model.Texts.Count, await _org.VectorsAsync())
        );
        // The hash is keyed: it is not one that anybody could compute from the text.
        Assert.Equal(0, await _org.VectorsAsync("content_hash = substr(sha256('the parcel arrives tomorrow'), 1, 16)"));
        Assert.Equal(
            3,
            await _org.VectorsAsync(
                "content_hash = (select content_hash from callintel_private.event_embeddings"
                    + " group by 1 having count(*) > 1)"
            )
        );
    }

    [Fact]
    public async Task The_daily_limit_stops_a_pass_and_a_higher_limit_continues_it()
    {
        await _org.EnableAsync(limit: 2);
        await using OrgSession owner = await _org.OpenAsync(OrgRole.Owner);
        using (CallIntelWorker worker = new(_org.Source, []))
        {
            await worker.StartAsync(Cancellation);
            while (Assert.Single(await owner.Embeddings.ListModelsAsync(Cancellation)).LeftToday > 0)
                await Task.Delay(20, Cancellation);
            await worker.StopAsync(Cancellation);
        }
        Assert.Equal(2, _model.Texts.Count);
        await _org.EnableAsync(limit: 100);
        await _org.EmbedAsync();
        Assert.Equal((3, 4L), (_model.Texts.Distinct().Count(), await _org.VectorsAsync()));
    }

    [Fact]
    public async Task Content_of_a_contact_whose_rule_forbids_it_is_not_embedded_and_loses_its_embeddings()
    {
        ContactId contact = await _org.ContactAsync("+4532000001");
        await SetRuleAsync(contact, new PrivacyRule { NoEmbedding = true });
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal((3L, 0L), (await _org.VectorsAsync(), await _org.VectorsAsync($"contact_id = '{contact}'")));

        await using (OrgSession admin = await _org.OpenAsync(OrgRole.Admin))
            await admin.Privacy.RemoveAsync(contact, Cancellation);
        await _org.EmbedAsync();
        Assert.Equal(1, await _org.VectorsAsync($"contact_id = '{contact}'"));

        await SetRuleAsync(contact, new PrivacyRule { NoEmbedding = true });
        Assert.Equal(0, await _org.VectorsAsync($"contact_id = '{contact}'"));
        await SetRuleAsync(contact, new PrivacyRule { Level = PrivacyLevel.MetadataOnly });
        await _org.EmbedAsync();
        Assert.Equal(0, await _org.VectorsAsync($"contact_id = '{contact}'"));
    }

    [Fact]
    public async Task Content_of_a_contact_that_may_not_be_searched_is_found_by_nobody_until_the_rule_ends()
    {
        await _org.EnableAsync();
        await _org.RunAsync();
        ContactId contact = await _org.ContactAsync("+4532000001");
        await SetRuleAsync(contact, new PrivacyRule { NoSearch = true });
        Assert.Equal(["2"], await _org.FoundAsync("the parcel arrives tomorrow", 1));
        Assert.Equal(3, (await _org.FindAsync("parcel", role: OrgRole.Owner)).Matches.Count);
        // New content of the contact is kept out, too.
        await _org.ImportAsync(_org.Sms("9", "the parcel is lost", "+4532000001"));
        await _org.EmbedAsync();
        Assert.Equal(3, (await _org.FindAsync("parcel", role: OrgRole.Owner)).Matches.Count);

        await using (OrgSession admin = await _org.OpenAsync(OrgRole.Admin))
            await admin.Privacy.RemoveAsync(contact, Cancellation);
        Assert.Equal(5, (await _org.FindAsync("parcel", role: OrgRole.Owner)).Matches.Count);
    }

    [Fact]
    public async Task Content_that_changes_is_embedded_again_and_deleted_content_leaves_nothing()
    {
        await _org.EnableAsync();
        await _org.RunAsync();
        await _org.ImportAsync(
            _org.Sms("1", "the meeting moved to friday"),
            _org.Sms("2", "", change: RecordChange.Deleted),
            _org.Sms("3", "", "+4532000001", change: RecordChange.Redacted)
        );
        Assert.Equal(1, await _org.VectorsAsync());
        await _org.EmbedAsync();
        Assert.Equal(["1"], await _org.FoundAsync("the meeting moved to friday", 1));
        Assert.Equal(2, await _org.VectorsAsync());
        Assert.DoesNotContain("2", await _org.FoundAsync("parcel"));
    }

    [Fact]
    public async Task Shredding_the_keys_of_a_contact_removes_what_was_derived_from_its_content_for_good()
    {
        await _org.EnableAsync();
        await _org.RunAsync();
        ContactId contact = await _org.ContactAsync("+4532123456");
        await using (OrgSession admin = await _org.OpenAsync(OrgRole.Admin))
            await admin.Keys.CryptoShredAsync(contact, Cancellation);
        Assert.Equal(0, await _org.VectorsAsync($"contact_id = '{contact}'"));
        await _org.EmbedAsync();
        Assert.Equal((0L, 2L), (await _org.VectorsAsync($"contact_id = '{contact}'"), await _org.VectorsAsync()));
    }

    [Fact]
    public async Task Turning_embeddings_off_deletes_them_and_ends_the_jobs()
    {
        await _org.EnableAsync();
        await _org.RunAsync();
        await using OrgSession owner = await _org.OpenAsync(OrgRole.Owner);
        Assert.True(await owner.Embeddings.DisableAsync(Cancellation));
        await RefusedAsync(ErrorCodes.EmbeddingsOff, () => _org.FindAsync("parcel"));
        await _org.RunAsync();
        Assert.Equal(0, await _org.VectorsAsync());
        Assert.Equal(0, await _org.ScalarAsync<long>("select count(*) from callintel_private.event_embedding_states"));
        Assert.Empty(await owner.Embeddings.ListModelsAsync(Cancellation));
        Assert.False(await owner.Embeddings.DisableAsync(Cancellation));
    }

    [Fact]
    public async Task A_session_of_a_member_cannot_do_what_the_job_does()
    {
        await _org.EnableAsync();
        foreach (
            string call in new[]
            {
                "read_unembedded(1::smallint, null, null, 10)",
                "find_embedded_texts(1::smallint, '{}')",
                "store_embeddings(1::smallint, '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
                "activate_embedding_model(1::smallint)",
                "delete_former_embeddings(1)",
            }
        )
        {
            await using OrgSession owner = await _org.OpenAsync(OrgRole.Owner, AccessPurpose.Security);
            await RefusedAsync(ErrorCodes.NotAnEmbeddingJob, async () =>
                await owner
                    .QueryAsync($"select callintel.{call}", _ => 0, cancellationToken: Cancellation)
                    .ToListAsync(Cancellation)
            );
        }
    }

    [Fact]
    public async Task The_ledger_names_the_job_and_its_purpose_and_raises_no_alert_for_honey_tokens()
    {
        ContactId contact = await _org.ContactAsync("+4532000001");
        await using OrgSession admin = await _org.OpenAsync(OrgRole.Admin);
        await admin.Audit.MarkHoneyTokenAsync(contact, Cancellation);
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal(
            "6 00000000-0000-0000-0000-000000000000 4 false",
            await _org.ScalarAsync<string>(
                "select concat_ws(' ', min(purpose), min(member_id::text), sum(row_count), bool_or(is_alert)::text)"
                    + " from callintel_private.access_log where purpose = 6"
            )
        );
    }

    async Task SetRuleAsync(ContactId contact, PrivacyRule rule)
    {
        await using OrgSession admin = await _org.OpenAsync(OrgRole.Admin);
        await admin.Privacy.SetAsync(contact, rule, Cancellation);
    }

    static async Task RefusedAsync(string code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<CallIntelException>(call)).Code);
}
