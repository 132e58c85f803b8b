using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Embeddings;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace CallIntel.Sdk.VectorData.Tests;

/// <summary>Tests of what a library that knows only the abstractions finds.</summary>
public sealed class SearchTests(SearchableDatabase database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_and_its_vector_find_the_same_events_with_texts_and_cosine_similarities()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        IVectorSearchable<EventDocument> collection = new EventCollection(session);
        float[] vector = new WordModel().Embed("my parcel is late");
        List<VectorSearchResult<EventDocument>> byText = await ListAsync(
            collection.SearchAsync("my parcel is late", 3, cancellationToken: Cancellation)
        );
        Assert.Equal(3, byText.Count);
        Assert.Equal("my parcel is late", byText[0].Record.Text);
        Assert.Equal(1, byText[0].Score!.Value, 0.01);
        Assert.Equal(byText.Select(r => r.Score).OrderDescending(), byText.Select(r => r.Score));
        // A vector does not have to be normalized.
        float[] longer = [.. vector.Select(x => 3 * x)];
        Assert.Equal(byText, await ListAsync(collection.SearchAsync(longer, 3, null, Cancellation)), Same);
        Assert.Equal(
            byText,
            await ListAsync(collection.SearchAsync(new ReadOnlyMemory<float>(longer), 3, null, Cancellation)),
            Same
        );
        Assert.Equal(
            byText,
            await ListAsync(collection.SearchAsync(new Embedding<float>(longer), 3, null, Cancellation)),
            Same
        );
        Assert.Equal(
            byText.Skip(1),
            await ListAsync(collection.SearchAsync(vector, 2, new() { Skip = 1 }, Cancellation)),
            Same
        );
        Assert.Single(
            await ListAsync(collection.SearchAsync(vector, 3, new() { ScoreThreshold = 0.99 }, Cancellation))
        );
    }

    [Fact]
    public async Task A_voicemail_has_its_transcript_and_its_summary_as_text()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        EventCollection collection = new(session);
        VectorSearchResult<EventDocument> found = (
            await ListAsync(collection.SearchAsync("where is my parcel", 1, cancellationToken: Cancellation))
        ).Single();
        Assert.Equal("where is my parcel\n\nasks for the parcel", found.Record.Text);
        Assert.Equal("EventDocument { Voicemail Inbound Completed *** }", found.Record.ToString());
    }

    [Fact]
    public async Task Numbers_in_the_keywords_come_before_what_is_nearer_in_meaning()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        IKeywordHybridSearchable<EventDocument> collection = new EventCollection(session);
        List<VectorSearchResult<EventDocument>> found = await ListAsync(
            collection.HybridSearchAsync("my parcel is late", ["parcel", "4711"], 10, null, Cancellation)
        );
        Assert.Equal(database.Events["lost"].Id, found[0].Record.Id);
        Assert.InRange(found[0].Score!.Value, 1, 2);
        Assert.Equal(database.Events["late"].Id, found[1].Record.Id);
        Assert.InRange(found[1].Score!.Value, 0, 1);
        Assert.Equal(4, found.Count);
        float[] vector = new WordModel().Embed("invoice");
        List<VectorSearchResult<EventDocument>> bill = await ListAsync(
            collection.HybridSearchAsync(
                vector,
                ["invoice"],
                1,
                new() { AdditionalProperty = document => document.Text },
                Cancellation
            )
        );
        Assert.Equal(database.Events["bill"].Id, bill.Single().Record.Id);
        // Without keywords, meaning decides, and scores are cosine similarities.
        Assert.Equal(
            await ListAsync(((EventCollection)collection).SearchAsync(vector, 2, null, Cancellation)),
            await ListAsync(collection.HybridSearchAsync(vector, [], 2, null, Cancellation)),
            Same
        );
    }

    [Fact]
    public async Task Conditions_of_a_filter_select_the_events()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        EventCollection collection = new(session);
        DateTimeOffset start = SearchableDatabase.Start;
        ContactId contact = database.Events["lost"].Contact!.Value;
        MemberId member = database.Own.Members[OrgRole.Member];
        Guid source = database.Events["lost"].SourceId;
        await AssertAsync(e => e.OccurredAt >= start.AddHours(1) && e.OccurredAt < start.AddHours(3), "lost", "bill");
        await AssertAsync(e => e.OccurredAt > start && start.AddHours(2) >= e.OccurredAt, "lost", "bill");
        await AssertAsync(e => e.OccurredAt == start.ToOffset(TimeSpan.FromHours(5)), "late");
        await AssertAsync(e => e.OccurredAt < start.AddTicks(1), "late");
        await AssertAsync(e => e.OccurredAt <= start.AddTicks(-1));
        await AssertAsync(e => e.Channel == EventChannel.Voicemail, "voice");
        await AssertAsync(e => EventDirection.Outbound == e.Direction, "bill");
        await AssertAsync(e => e.Contact == contact, "lost", "voice");
        await AssertAsync(e => e.Contact!.Value == contact && e.Channel == EventChannel.Sms, "lost");
        await AssertAsync(e => e.Member == member, "lost", "bill");
        await AssertAsync(e => e.SourceId == source && true, "late", "lost", "bill", "voice");
        await AssertAsync(e => e.SourceId == member.Value);
        await AssertAsync(_ => true, "late", "lost", "bill", "voice");
        await AssertAsync(e => e.Channel == EventChannel.Sms && e.Channel == EventChannel.Voicemail);
        await AssertAsync(e => e.Channel == (EventChannel)99);

        async Task AssertAsync(
            System.Linq.Expressions.Expression<Func<EventDocument, bool>> filter,
            params string[] expected
        )
        {
            IEnumerable<Guid> ids = expected.Select(id => database.Events[id].Id).Order();
            Assert.Equal(
                ids,
                (await ListAsync(collection.SearchAsync("parcel invoice", 10, new() { Filter = filter }, Cancellation)))
                    .Select(r => r.Record.Id)
                    .Order()
            );
            Assert.Equal(
                ids,
                (
                    await ListAsync(
                        collection.HybridSearchAsync(
                            "parcel invoice",
                            ["parcel", "invoice"],
                            10,
                            new() { Filter = filter },
                            Cancellation
                        )
                    )
                )
                    .Select(r => r.Record.Id)
                    .Order()
            );
        }
    }

    [Fact]
    public async Task Events_are_read_by_key_and_by_filter()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        VectorStoreCollection<Guid, EventDocument> collection = new EventCollection(session);
        Guid late = database.Events["late"].Id;
        Assert.Equal("my parcel is late", (await collection.GetAsync(late, null, Cancellation))!.Text);
        Assert.Null(await collection.GetAsync(Guid.Empty, null, Cancellation));
        List<EventDocument> some = await ListAsync(
            collection.GetAsync([late, Guid.Empty, database.Events["bill"].Id], null, Cancellation)
        );
        Assert.Equal(["my parcel is late", "the invoice is wrong"], some.Select(e => e.Text));
        DateTimeOffset later = SearchableDatabase.Start.AddHours(1);
        List<EventDocument> newest = await ListAsync(
            collection.GetAsync(
                e => e.OccurredAt >= later && e.Channel == EventChannel.Sms,
                10,
                new() { OrderBy = order => order.Descending(e => e.OccurredAt) },
                Cancellation
            )
        );
        Assert.Equal(["the invoice is wrong", "my parcel 4711 is lost"], newest.Select(e => e.Text));
        Assert.Equal("events", collection.Name);
        Assert.True(await collection.CollectionExistsAsync(Cancellation));
        await collection.EnsureCollectionExistsAsync(Cancellation);
        Assert.Same(session, collection.GetService(typeof(OrgSession)));
        Assert.Same(collection, collection.GetService(typeof(IKeywordHybridSearchable<EventDocument>)));
        Assert.Equal(
            "events",
            (
                (VectorStoreCollectionMetadata)collection.GetService(typeof(VectorStoreCollectionMetadata))!
            ).CollectionName
        );
        Assert.Null(collection.GetService(typeof(VectorStore)));
    }

    static bool Same(VectorSearchResult<EventDocument> a, VectorSearchResult<EventDocument> b) =>
        a.Record == b.Record && Math.Abs(a.Score!.Value - b.Score!.Value) < 1e-6;

    static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (T item in items.WithCancellation(Cancellation))
            list.Add(item);
        return list;
    }
}
