using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>What happens while a generator computes: a step stores nothing that is not so any more.</summary>
public sealed class EmbeddingRaceTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;
    Func<Task>? _meanwhile;
    EmbeddingOrg _org = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        WordModel words = new();
        WordModel model = new()
        {
            Override = text =>
            {
                if (Interlocked.Exchange(ref _meanwhile, null) is { } act)
                    Task.Run(act).GetAwaiter().GetResult();
                return words.Embed(text);
            },
        };
        _org = await EmbeddingOrg.CreateAsync(_database, WordModel.Options(EmbeddingOrg.Model, model));
        await _org.ImportAsync(_org.Sms("1", "the old text"), _org.Sms("2", "another message", "+4532000001"));
    }

    public async ValueTask DisposeAsync()
    {
        await _org.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Content_that_changes_while_it_is_embedded_is_embedded_as_it_is_now()
    {
        _meanwhile = () => _org.ImportAsync(_org.Sms("1", "something new entirely"));
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal(["1"], await _org.FoundAsync("something new entirely", 1));
        Assert.Equal(2, await _org.VectorsAsync());
        Assert.InRange((await _org.FindAsync("something new entirely", 1)).Matches[0].Distance, -0.01f, 0.01f);
    }

    [Fact]
    public async Task Events_that_arrive_behind_a_pass_are_embedded_before_it_ends()
    {
        _meanwhile = () =>
            _org.ImportAsync([
                .. Enumerable.Range(3, 20).Select(i => _org.Sms($"{i}", $"message number {i}", "+4532000002")),
            ]);
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal(22, await _org.VectorsAsync());
    }

    [Fact]
    public async Task A_rule_that_is_set_while_content_is_embedded_binds()
    {
        ContactId contact = await _org.ContactAsync("+4532000001");
        _meanwhile = async () =>
        {
            await using OrgSession admin = await _org.OpenAsync(OrgRole.Admin);
            await admin.Privacy.SetAsync(contact, new PrivacyRule { NoEmbedding = true }, Cancellation);
        };
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal((1L, 0L), (await _org.VectorsAsync(), await _org.VectorsAsync($"contact_id = '{contact}'")));
    }

    [Fact]
    public async Task Keys_that_are_shredded_while_content_is_embedded_leave_no_vector()
    {
        ContactId contact = await _org.ContactAsync("+4532000001");
        _meanwhile = async () =>
        {
            await using OrgSession admin = await _org.OpenAsync(OrgRole.Admin);
            await admin.Keys.CryptoShredAsync(contact, Cancellation);
        };
        await _org.EnableAsync();
        await _org.RunAsync();
        Assert.Equal((1L, 0L), (await _org.VectorsAsync(), await _org.VectorsAsync($"contact_id = '{contact}'")));
    }

    [Fact]
    public async Task Embeddings_of_months_that_were_dropped_are_deleted_by_the_next_pass()
    {
        await _org.EnableAsync();
        await _org.RunAsync();
        await _org.ExecuteAsync(
            "delete from callintel_private.event_contents"
                + " where event_id = (select event_id from callintel_private.event_contents order by 1 limit 1)"
        );
        await _org.EmbedAsync();
        Assert.Equal(1, await _org.VectorsAsync());
    }
}
