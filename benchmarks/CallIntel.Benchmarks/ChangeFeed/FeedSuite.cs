using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.ChangeFeed;

/// <summary>
/// The change feed: whether entries are lost, out of order or seen by the wrong readers, how long they take to many
/// subscribers, and what they cost the writer.
/// </summary>
sealed class FeedSuite : ISuite
{
    /// <summary>Replaces the functions of the package by ones that write no entries.</summary>
    const string WithoutEntries = """
        create or replace function callintel_private.feed_batch(org uuid, batch text, known uuid[])
            returns void language sql as 'select';
        create or replace function callintel_private.feed_records(
            org uuid, occurred timestamptz[], contacts uuid[], members uuid[])
            returns void language sql as 'select';
        create or replace function callintel_private.feed_events(org uuid, kind smallint, ids uuid[])
            returns void language sql as 'select';
        do $do$
        declare
            original text := pg_get_functiondef('callintel.write_event'::regproc);
            changed  text := regexp_replace(
                original,
                'insert into callintel_private\.change_feed[^;]+;',
                '');
        begin
            if changed = original then
                raise exception 'write_event has changed';
            end if;
            execute changed;
        end $do$;
        """;

    public string Name => "feed";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await CreateTemplateAsync(server);
        if (size.Wants("ingest_cost"))
            await foreach (
                Figure figure in IngestCostFigures.MeasureAsync(Name, "the feed", WithoutEntries, 0.05, template, size)
            )
                yield return figure;
        if (size.Wants("p95_ms_500_subscribers"))
            yield return await SubscriberFigure.MeasureAsync(template, size.Pick(200, 20));
        if (size.Wants("feed_lost"))
            yield return await FeedLossFigure.MeasureAsync(template, messages: size.Pick(2_000, 400), crashes: 2);
    }

    public async IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await CreateTemplateAsync(server);
        if (size.Wants("feed_lost"))
            yield return await FeedLossFigure.MeasureAsync(
                template,
                messages: size.Pick(20_000, 4_000),
                crashes: size.Pick(50, 5)
            );
    }

    static Task<MigratedTemplate> CreateTemplateAsync(PostgresServer server) =>
        MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth)
        );
}
