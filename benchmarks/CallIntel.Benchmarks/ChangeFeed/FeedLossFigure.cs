using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.ChangeFeed;

/// <summary>
/// Two orgs receive messages and imports while other transactions commit late, readers lose their connection, and the
/// server crashes. Each reader must count every event that its member may see, once, in order, and no other event.
/// </summary>
static class FeedLossFigure
{
    const int Writers = 3;
    const string Visible = "+4532123456",
        Hidden = "+4532999999";

    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, int messages, int crashes)
    {
        await using TestDatabase database = await template.CloneAsync();
        await using CallIntelDataSource readers = database.CreateDataSource();
        Run run = new(database, readers);
        List<Observed> observed = [];
        List<Task> reading = [],
            writing = [];
        using CancellationTokenSource stop = new();
        foreach ((string name, int day) in new[] { ("a", 0), ("b", 40) })
        {
            TestOrg org = await database.CreateOrgAsync(name);
            await HideAsync(database.DataSource, org, day);
            foreach (OrgRole role in new[] { OrgRole.Owner, OrgRole.Analyst })
            {
                Observed reader = new(org, role, day, await run.PositionAsync(org, role));
                observed.Add(reader);
                reading.Add(run.ReadAsync(reader, stop.Token));
            }
            for (int writer = 0; writer < Writers; writer++)
                writing.Add(run.WriteAsync(org, writer, day, messages / Writers / 2));
            writing.Add(run.ImportAsync(org, day, messages / 4));
        }
        using CancellationTokenSource written = new();
        Task late = run.HoldTransactionsAsync(written.Token),
            crash = run.CrashAsync(crashes, messages, written.Token);
        await Task.WhenAll(writing);
        await written.CancelAsync();
        await Task.WhenAll(late, crash);

        long lost = 0,
            events = 0;
        Stopwatch watch = Stopwatch.StartNew();
        foreach (Observed reader in observed)
        {
            long expected = await run.CountAsync(reader.Org, reader.Role is OrgRole.Owner);
            events += reader.Role is OrgRole.Owner ? expected : 0;
            while (reader.Events < expected && watch.Elapsed < TimeSpan.FromMinutes(1))
                await Task.Delay(50);
            // Everything is committed, so one pass over the whole feed shows whether there are events too many.
            await run.ReadToEndAsync(reader);
            lost += Math.Abs(expected - reader.Events);
        }
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        return Figure.Create(
            "feed",
            "feed_lost",
            [lost + observed.Sum(reader => reader.Faults)],
            "count",
            0,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{lost} lost or too many, {observed.Sum(reader => reader.Faults)} gaps, out of order or of the other "
                    + $"org, of {events} events in two orgs; {run.Crashes} "
                    + $"crashes of the server, {observed.Sum(reader => reader.Connections)} connections of readers, "
                    + $"{run.LateCommits} transactions that committed late"
            )
        );
    }

    static async Task HideAsync(CallIntelDataSource source, TestOrg org, int day)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner);
        await owner.Ingestion.WriteAsync(
            FeedMessages.Source,
            [
                FeedMessages.Create("first", Visible, (day * 1440) - 1000),
                FeedMessages.Create("hidden", Hidden, (day * 1440) - 1000),
            ]
        );
        ContactId contact = (await owner.Contacts.FindByNumberAsync(Hidden))!.Value;
        OrgIdentity identity = org.As(OrgRole.Owner) with { Purpose = AccessPurpose.Security };
        await using OrgSession purposeful = await source.OpenSessionAsync(identity);
        await purposeful.Privacy.SetAsync(contact, new PrivacyRule { Level = PrivacyLevel.Hidden });
    }

    /// <summary>What one reader has seen.</summary>
    /// <param name="day">The day after the beginning on which the events of the org start.</param>
    sealed class Observed(TestOrg org, OrgRole role, int day, ChangeCursor cursor)
    {
        readonly HashSet<ChangeCursor> _seen = [];
        ChangeCursor? _last;
        long _events;

        internal TestOrg Org => org;

        internal OrgRole Role => role;

        /// <summary>Where the reader began.</summary>
        internal ChangeCursor First { get; } = cursor;

        internal ChangeCursor Cursor { get; private set; } = cursor;

        internal long Events => Interlocked.Read(ref _events);

        internal int Connections { get; private set; }

        /// <summary>Entries out of order or about events of the other org, and gaps that were reported.</summary>
        internal int Faults { get; private set; }

        internal void Connect()
        {
            _last = null;
            Connections++;
        }

        internal void Note(ChangeEntry entry)
        {
            DateTimeOffset begin = FeedMessages.Begin.AddDays(day);
            // The entries of a large batch begin at a quarter of a day; the orgs are 40 days apart.
            if (
                entry.Kind is ChangeKind.Resync
                || (_last is { } last && entry.Cursor.IsUpTo(last))
                || (entry.From is { } from && (from < begin.AddDays(-1) || from > begin.AddDays(35)))
            )
                Faults++;
            (_last, Cursor) = (entry.Cursor, entry.Cursor);
            Count(entry);
        }

        /// <summary>Counts the events of an entry that was not seen before. Thread-safe.</summary>
        internal void Count(ChangeEntry entry)
        {
            lock (_seen)
                if (entry.Kind is ChangeKind.Inserted && _seen.Add(entry.Cursor))
                    Interlocked.Add(ref _events, entry.Events ?? 0);
        }
    }

    sealed class Run(TestDatabase database, CallIntelDataSource readers)
    {
#pragma warning disable CA5394 // times and order must be reproducible
        readonly ConcurrentDictionary<string, Random> _random = new();
        int _lateCommits,
            _written;

        internal int Crashes { get; private set; }

        internal int LateCommits => _lateCommits;

        Random RandomOf(string name) => _random.GetOrAdd(name, key => new Random(key.Sum(c => c)));

        internal async Task<ChangeCursor> PositionAsync(TestOrg org, OrgRole role)
        {
            await using OrgSession session = await readers.OpenSessionAsync(IdentityOf(org, role));
            return await session.Changes.GetPositionAsync();
        }

        /// <summary>Reads with connections that end after a fraction of a second.</summary>
        internal async Task ReadAsync(Observed reader, CancellationToken stop)
        {
            Random random = RandomOf($"reader {reader.Org.Id} {reader.Role}");
            while (!stop.IsCancellationRequested)
            {
                using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
                end.CancelAfter(random.Next(20, 1500));
                await using OrgSession session = await readers.OpenSessionAsync(
                    IdentityOf(reader.Org, reader.Role),
                    CancellationToken.None
                );
                reader.Connect();
                try
                {
                    await foreach (ChangeEntry entry in session.Changes.ReadAsync(reader.Cursor, end.Token))
                        reader.Note(entry);
                }
                catch (OperationCanceledException) when (end.IsCancellationRequested) { }
                catch (CallIntelException e) when (e.IsTransient)
                {
                    await Task.Delay(100, CancellationToken.None);
                }
            }
        }

        /// <summary>Reads all entries again that the feed has now.</summary>
        internal async Task ReadToEndAsync(Observed reader)
        {
            await using OrgSession session = await readers.OpenSessionAsync(IdentityOf(reader.Org, reader.Role));
            ChangeCursor position = reader.First;
            for (ChangePage page; ; position = page.Position)
            {
                page = await ChangePage.ReadAsync(session.Transport, position, CancellationToken.None);
                foreach (ChangeEntry entry in page.Entries)
                    reader.Count(entry);
                if (page.IsLast)
                    return;
            }
        }

        /// <summary>Writes messages one by one; every tenth is of a hidden contact.</summary>
        internal async Task WriteAsync(TestOrg org, int writer, int day, int messages)
        {
            Random random = RandomOf($"writer {writer}");
            await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
            for (int i = 0; i < messages; i++)
            {
                EventRecord record = FeedMessages.Create(
                    $"{writer} {i}",
                    i % 10 == 9 ? Hidden : Visible,
                    (day * 1440) + random.Next(30 * 1440)
                );
                await RepeatAsync(() => session.Ingestion.WriteAsync(FeedMessages.Source, [record]));
                Interlocked.Increment(ref _written);
            }
        }

        internal async Task ImportAsync(TestOrg org, int day, int messages)
        {
            Random random = RandomOf("import");
            await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
            EventRecord[] records =
            [
                .. Enumerable
                    .Range(0, messages)
                    .Select(i =>
                        FeedMessages.Create(
                            $"import {i}",
                            i % 50 == 49 ? Hidden : Visible,
                            (day * 1440) + random.Next(30 * 1440)
                        )
                    ),
            ];
            await RepeatAsync(() =>
                session.Ingestion.IngestAsync(new IngestSource("import"), records.ToAsyncEnumerable())
            );
        }

        /// <summary>Repeats a call that a crash of the server ended.</summary>
        static async Task RepeatAsync(Func<Task<IngestReport>> call)
        {
            for (long start = Stopwatch.GetTimestamp(); ; )
                try
                {
                    await call();
                    return;
                }
                catch (CallIntelException e)
                    when (e.IsTransient && Stopwatch.GetElapsedTime(start) < ServerCrash.Recovery)
                {
                    await Task.Delay(100);
                }
        }

        /// <summary>Holds transactions with an id open for a while, so that they end after later ones.</summary>
        internal async Task HoldTransactionsAsync(CancellationToken stop)
        {
            Random random = RandomOf("late");
            while (!stop.IsCancellationRequested)
                try
                {
                    await using NpgsqlConnection connection = await database.Admin.OpenConnectionAsync(
                        CancellationToken.None
                    );
                    await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(
                        CancellationToken.None
                    );
                    await using NpgsqlCommand write = new("select pg_current_xact_id()", connection, transaction);
                    await write.ExecuteScalarAsync(CancellationToken.None);
                    await Task.Delay(random.Next(10, 700), CancellationToken.None);
                    await transaction.CommitAsync(CancellationToken.None);
                    _lateCommits++;
                }
                catch (NpgsqlException)
                {
                    database.Admin.Clear();
                    await Task.Delay(100, CancellationToken.None);
                }
        }

        /// <summary>Crashes the server, evenly among the messages that are written one by one.</summary>
        internal async Task CrashAsync(int crashes, int messages, CancellationToken stop)
        {
            while (Crashes < crashes && !stop.IsCancellationRequested)
            {
                await Task.Delay(RandomOf("crash").Next(20, 100), CancellationToken.None);
                if (Volatile.Read(ref _written) < (long)messages * (Crashes + 1) / (crashes + 1))
                    continue;
                await ServerCrash.CauseAsync(database);
                Crashes++;
            }
        }
#pragma warning restore CA5394

        /// <summary>Counts the events of an org, except the two that were stored before the readers began.</summary>
        internal async Task<long> CountAsync(TestOrg org, bool withHidden)
        {
            await using NpgsqlCommand count = database.Admin.CreateCommand(
                """
                select count(*) filter (where $2 or e.level < 3) - case when $2 then 2 else 1 end
                  from callintel_private.events e where e.org_id = $1
                """
            );
            count.Parameters.AddWithValue(org.Id.Value);
            count.Parameters.AddWithValue(withHidden);
            return (long)(await count.ExecuteScalarAsync())!;
        }

        static OrgIdentity IdentityOf(TestOrg org, OrgRole role) =>
            org.As(role) with
            {
                Purpose = role is OrgRole.Owner ? AccessPurpose.Security : AccessPurpose.None,
            };
    }
}
