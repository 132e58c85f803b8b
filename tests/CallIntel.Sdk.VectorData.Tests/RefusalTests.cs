using System.Linq.Expressions;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Embeddings;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.VectorData;

namespace CallIntel.Sdk.VectorData.Tests;

/// <summary>Tests of what the collection keeps back or cannot do.</summary>
public sealed class RefusalTests(SearchableDatabase database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_returns_neither_other_orgs_nor_hidden_contacts_nor_events_of_other_members()
    {
        await using OrgSession analyst = await database.OpenAsync(OrgRole.Analyst);
        EventCollection all = new(analyst);
        Guid[] seen = [.. (await SearchAsync(all, "my parcel is late")).Select(e => e.Id)];
        Assert.Equal(4, seen.Length);
        Assert.DoesNotContain(database.Events["hidden"].Id, seen);
        Assert.Null(await all.GetAsync(database.Events["hidden"].Id, null, Cancellation));
        Assert.All(seen, id => Assert.Contains(database.Events.Values, e => e.Id == id));
        await using OrgSession member = await database.OpenAsync(OrgRole.Member);
        Assert.Equal(
            ["my parcel 4711 is lost", "the invoice is wrong"],
            (await SearchAsync(new EventCollection(member), "my parcel is late")).Select(e => e.Text)
        );
        // The naive way: the same vectors without a session, for all orgs.
        Assert.Equal(
            10,
            await database.ScalarAsync<long>(
                "select count(distinct (org_id, event_id)) from callintel_private.event_embeddings"
            )
        );
    }

    [Fact]
    public async Task The_access_ledger_has_the_events_of_a_search_and_of_a_read()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        EventCollection collection = new(session, AccessPurpose.Support);
        List<EventDocument> found = await SearchAsync(collection, "my parcel is late", 2);
        await collection.GetAsync(database.Events["bill"].Id, null, Cancellation);
        await using OrgSession owner = await database.OpenAsync(OrgRole.Owner);
        List<AccessEntry> entries = [];
        await foreach (
            AccessEntry entry in owner.Audit.ReadAccessesAsync(
                AccessFilter.All with
                {
                    Member = database.Own.Members[OrgRole.Analyst],
                },
                Cancellation
            )
        )
            entries.Add(entry);
        Assert.Contains(entries, entry =>
            entry.Purpose == AccessPurpose.Support
            && entry.Events.Order().SequenceEqual(found.Select(e => e.Id).Order())
        );
        Assert.Contains(entries, entry => entry.Events.SequenceEqual([database.Events["bill"].Id]));
    }

    [Fact]
    public async Task A_role_without_ReadContent_and_an_org_without_embeddings_get_the_code()
    {
        await using OrgSession viewer = await database.OpenAsync(OrgRole.Viewer);
        Assert.Equal(ErrorCodes.NotAllowed, await CodeAsync(viewer, "parcel"));
        await using OrgSession without = await database.OpenAsync(OrgRole.Analyst, database.Unembedded);
        Assert.Equal(ErrorCodes.EmbeddingsOff, await CodeAsync(without, "parcel"));
        // The data source of the database has no model; a vector needs none.
        await using OrgSession unable = await database.Own.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal(ErrorCodes.EmbeddingModelMissing, await CodeAsync(unable, "parcel"));
        Assert.Equal(4, (await SearchAsync(new EventCollection(unable), new WordModel().Embed("parcel"))).Count);
    }

    [Fact]
    public async Task Vectors_of_the_wrong_size_or_without_a_direction_are_refused_and_the_session_stays_usable()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        float[] endless = new float[WordModel.Size];
        endless[0] = float.PositiveInfinity;
        foreach (float[] vector in new[] { [], new float[3], new float[5000], new float[WordModel.Size], endless })
            Assert.Equal(ErrorCodes.InvalidEmbedding, await CodeAsync(session, vector));
        Assert.Equal(4, (await SearchAsync(new EventCollection(session), "parcel")).Count);
    }

    [Fact]
    public async Task Hostile_texts_find_something_or_nothing_and_never_fail_otherwise()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        EventCollection collection = new(session);
        foreach (string text in new[] { "'; drop table x; --", "\0\u0001\ud800", "\"", "\"\"\" & | !", "ﷺ" })
        {
            Assert.True((await SearchAsync(collection, text)).Count <= 4);
            int count = 0;
            await foreach (var _ in collection.HybridSearchAsync(text, [text, "parcel"], 10, null, Cancellation))
                count++;
            Assert.InRange(count, 0, 4);
        }
        foreach (string text in new[] { "", "   ", new string('x', 2001) })
            Assert.Equal(ErrorCodes.InvalidSearch, await CodeAsync(session, text));
    }

    [Fact]
    public async Task Conditions_that_a_search_cannot_use_are_refused_before_anything_is_read()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        EventCollection collection = new(session);
        ContactId[] contacts = [database.Events["late"].Contact!.Value];
        ContactId? none = null;
        Expression<Func<EventDocument, bool>>[] filters =
        [
            e => e.Channel == EventChannel.Sms || e.Channel == EventChannel.Mms,
            e => !(e.Channel == EventChannel.Sms),
            e => e.Channel != EventChannel.Sms,
            e => e.Channel > EventChannel.Sms,
            e => e.Outcome == EventOutcome.Sent,
            e => e.Text == "my parcel is late",
            e => e.Text!.Contains("parcel"),
            e => contacts.Contains(e.Contact!.Value),
            // A missing value must not be taken for any value.
            e => e.Contact == none,
            e => e.Contact == null,
            e => e.OccurredAt != SearchableDatabase.Start,
            e => e.OccurredAt.Year == 2026,
            e => e.OccurredAt >= e.OccurredAt.AddDays(-1),
            _ => false,
        ];
        foreach (Expression<Func<EventDocument, bool>> filter in filters)
        {
            NotSupportedException refused = Assert.Throws<NotSupportedException>(() =>
                _ = collection.SearchAsync("parcel", 3, new() { Filter = filter }, Cancellation)
            );
            Assert.Contains("combine conditions with &&", refused.Message, StringComparison.Ordinal);
            Assert.Throws<NotSupportedException>(() =>
                _ = collection.HybridSearchAsync("parcel", [], 3, new() { Filter = filter }, Cancellation)
            );
            Assert.Throws<NotSupportedException>(() => _ = collection.GetAsync(filter, 3, null, Cancellation));
        }
        Assert.Throws<NotSupportedException>(() =>
            _ = collection.GetAsync(e => e.Direction == EventDirection.Inbound, 3, null, Cancellation)
        );
        Assert.Throws<NotSupportedException>(() => _ = collection.SearchAsync(4711, 3, null, Cancellation));
        Assert.Throws<NotSupportedException>(() =>
            _ = collection.SearchAsync("parcel", 3, new() { IncludeVectors = true }, Cancellation)
        );
        Assert.Throws<NotSupportedException>(() =>
            _ = collection.HybridSearchAsync("parcel", ["x"], 3, new() { AdditionalProperty = e => e.Id }, Cancellation)
        );
        Assert.Throws<NotSupportedException>(() =>
            _ = collection.GetAsync(_ => true, 3, new() { Skip = 1 }, Cancellation)
        );
        Assert.Throws<NotSupportedException>(() =>
            _ = collection.GetAsync(_ => true, 3, new() { OrderBy = o => o.Ascending(e => e.OccurredAt) }, Cancellation)
        );
        foreach (int top in new[] { 0, -1, 1001, int.MaxValue })
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                _ = collection.SearchAsync("parcel", top, null, Cancellation)
            );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ = collection.SearchAsync("parcel", 600, new() { Skip = 600 }, Cancellation)
        );
    }

    [Fact]
    public async Task The_collection_cannot_be_written_to()
    {
        await using OrgSession session = await database.OpenAsync(OrgRole.Owner);
        VectorStoreCollection<Guid, EventDocument> collection = new EventCollection(session);
        EventDocument document = (await SearchAsync((EventCollection)collection, "parcel", 1)).Single();
        await Assert.ThrowsAsync<NotSupportedException>(() => collection.UpsertAsync(document, Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(() => collection.UpsertAsync([document], Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(() => collection.DeleteAsync(document.Id, Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(() => collection.DeleteAsync([document.Id], Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(() => collection.EnsureCollectionDeletedAsync(Cancellation));
        Assert.NotNull(await collection.GetAsync(document.Id, null, Cancellation));
    }

    [Fact]
    public async Task An_ended_session_searches_nothing_and_a_disposed_collection_does_not_end_the_session()
    {
        OrgSession session = await database.OpenAsync(OrgRole.Analyst);
        EventCollection collection = new(session);
        new EventCollection(session).Dispose();
        Assert.Equal(4, (await SearchAsync(collection, "parcel")).Count);
        await session.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SearchAsync(collection, "parcel"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.GetAsync(Guid.Empty, null, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.CollectionExistsAsync(Cancellation));
    }

    static async Task<string> CodeAsync<TInput>(OrgSession session, TInput input)
        where TInput : notnull
    {
        VectorStoreException error = await Assert.ThrowsAsync<VectorStoreException>(() =>
            SearchAsync(new EventCollection(session), input)
        );
        Assert.Equal(
            ("callintel", "events", "SearchAsync"),
            (error.VectorStoreSystemName, error.CollectionName, error.OperationName)
        );
        return Assert.IsType<CallIntelException>(error.InnerException).Code;
    }

    static async Task<List<EventDocument>> SearchAsync<TInput>(EventCollection collection, TInput input, int top = 10)
        where TInput : notnull
    {
        List<EventDocument> found = [];
        await foreach (
            VectorSearchResult<EventDocument> result in collection.SearchAsync(input, top, null, Cancellation)
        )
            found.Add(result.Record);
        return found;
    }
}
