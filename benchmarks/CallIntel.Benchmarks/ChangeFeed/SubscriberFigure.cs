using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.ChangeFeed;

/// <summary>Measures the time from the commit of a message until 500 subscribers of one process have it.</summary>
static class SubscriberFigure
{
    const int Subscribers = 500;

    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, int messages)
    {
        await using TestDatabase database = await template.CloneAsync();
        await using CallIntelDataSource otherProcess = database.CreateDataSource();
        TestOrg org = await database.CreateOrgAsync("subscribers");
        List<OrgSession> sessions = [];
        using CancellationTokenSource stop = new();
        Arrivals arrivals = new();
        List<Task> reading = [];
        for (int i = 0; i < Subscribers; i++)
        {
            OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer);
            sessions.Add(session);
            reading.Add(ReadAsync(session, await session.Changes.GetPositionAsync(), arrivals, stop.Token));
        }
        List<double> local = await WriteAsync(database.DataSource, org, "local", messages, arrivals),
            polled = await WriteAsync(otherProcess, org, "polled", messages, arrivals);
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        foreach (OrgSession session in sessions)
            await session.DisposeAsync();
        return Figure.Create(
            "feed",
            "p95_ms_500_subscribers",
            [Percentile(polled)],
            "ms",
            null,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{messages} messages of another process, which are found by polling every 500 ms; median "
                    + $"{Figure.Median(polled):0} ms; of the same process: p95 {Percentile(local):0} ms, median "
                    + $"{Figure.Median(local):0} ms"
            )
        );
    }

    static async Task<List<double>> WriteAsync(
        CallIntelDataSource source,
        TestOrg org,
        string name,
        int messages,
        Arrivals arrivals
    )
    {
        await using OrgSession writer = await source.OpenSessionAsync(org.As(OrgRole.Owner));
        List<double> times = [];
        for (int i = 0; i < messages; i++)
        {
            Task all = arrivals.ExpectAsync(Subscribers);
            EventRecord record = FeedMessages.Create($"{name} {i}", "+4532123456", i);
            if ((await writer.Ingestion.WriteAsync(FeedMessages.Source, [record])).Inserted != 1)
                throw new InvalidOperationException("The message was not stored.");
            arrivals.Committed();
            await all.WaitAsync(TimeSpan.FromMinutes(1));
            times.AddRange(arrivals.Take());
        }
        return times;
    }

    static async Task ReadAsync(OrgSession session, ChangeCursor after, Arrivals arrivals, CancellationToken stop)
    {
        try
        {
            await foreach (ChangeEntry entry in session.Changes.ReadAsync(after, stop))
                if (entry.Kind is ChangeKind.Inserted)
                    arrivals.Add();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
    }

    static double Percentile(List<double> times) => times.Order().ElementAt((int)(times.Count * 0.95));

    /// <summary>The moments at which subscribers received the present message. Thread-safe.</summary>
    sealed class Arrivals
    {
        readonly Lock _gate = new();
        readonly List<long> _moments = [];
        TaskCompletionSource _complete = new();
        int _expected = int.MaxValue;
        long _committed;

        internal Task ExpectAsync(int count)
        {
            lock (_gate)
            {
                _moments.Clear();
                _expected = count;
                _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _complete.Task;
            }
        }

        internal void Committed() => _committed = Stopwatch.GetTimestamp();

        internal void Add()
        {
            long now = Stopwatch.GetTimestamp();
            lock (_gate)
            {
                _moments.Add(now);
                if (_moments.Count == _expected)
                    _complete.SetResult();
            }
        }

        /// <summary>The times in milliseconds; 0 if the entry arrived before the writer had its answer.</summary>
        internal double[] Take()
        {
            lock (_gate)
                return
                [
                    .. _moments.Select(moment =>
                        moment < _committed ? 0 : Stopwatch.GetElapsedTime(_committed, moment).TotalMilliseconds
                    ),
                ];
        }
    }
}
