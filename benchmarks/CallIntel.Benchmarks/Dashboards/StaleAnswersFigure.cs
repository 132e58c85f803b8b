using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

#pragma warning disable CA5394 // the run must be reproducible

namespace CallIntel.Benchmarks.Dashboards;

/// <summary>
/// Writers insert, change, correct and delete records and change privacy rules, while cells are computed and questions
/// are asked. Each question is answered twice from one snapshot: from cells, and from the events.
/// </summary>
static class StaleAnswersFigure
{
    const int Contacts = 40;

    /// <summary>The name of the second zone contains a digit, so no cells answer it.</summary>
    const string BothAnswers = """
        select array(select v::text from callintel.count_events('2026-01-01Z', '2026-01-20Z', 'hour', 'UTC') v)
               = array(select v::text
                         from callintel.count_events('2026-01-01Z', '2026-01-20Z', 'hour', 'Etc/GMT+0') v)
        """;

    static readonly IngestSource Source = new("generated", DefaultRegion: "DK");

    static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static async Task<Figure> MeasureAsync(string suite, MigratedTemplate template, ScorecardSize size)
    {
        int steps = size.Pick(10_000, 600);
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("changing");
        CallIntelOperations operations = new(database.Admin);
        await operations.RecomputeRollupsAsync(org.Id);
        using CancellationTokenSource done = new();
        Task<long> computations = ComputeAsync();
        Task<(int Asked, int Stale)> questions = AskAsync();
        await Task.WhenAll(WriteAsync(1, steps / 2), WriteAsync(2, steps - (steps / 2)));
        await done.CancelAsync();
        (int asked, int stale) = await questions;
        long days = await computations;
        RollupCheck check = await operations.VerifyRollupsAsync(org.Id);
        return Figure.Create(
            suite,
            "stale_answers",
            [stale + check.Wrong],
            "count",
            0,
            false,
            $"of {asked} answers while {steps} random writes and {days} days of computations ran; "
                + $"{check.Wrong} of {check.Compared} cells wrong afterwards"
        );

        async Task<long> ComputeAsync()
        {
            long computed = 0;
            while (!done.IsCancellationRequested)
                computed += (await operations.RecomputeRollupsAsync(org.Id)).Days;
            return computed;
        }

        async Task<(int, int)> AskAsync()
        {
            int count = 0,
                wrong = 0;
            await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer);
            while (!done.IsCancellationRequested)
            {
                await foreach (bool isRight in viewer.QueryAsync(BothAnswers, row => row.GetBoolean(0)))
                {
                    count++;
                    wrong += isRight ? 0 : 1;
                }
            }
            return (count, wrong);
        }

        // Deletions, corrections and replays are records of the source about a record that was written before.
        async Task WriteAsync(int writer, int count)
        {
            Random random = new(writer);
            // A session with a purpose, because only such a session may change the rule of a hidden contact.
            await using OrgSession admin = await database.DataSource.OpenSessionAsync(
                org.As(OrgRole.Admin) with
                {
                    Purpose = AccessPurpose.LegalObligation,
                }
            );
            List<EventRecord> written = [];
            for (int step = 0; step < count; step++)
            {
                int kind = random.Next(20);
                if (kind == 0 && await FindContactAsync(admin, random.Next(Contacts)) is { } contact)
                    await admin.Privacy.SetAsync(contact, new PrivacyRule { Level = (PrivacyLevel)random.Next(4) });
                else
                {
                    EventRecord record =
                        kind < 12 || written.Count == 0
                            ? Create(writer, step, random)
                            : Change(written[random.Next(written.Count)], kind, random);
                    await admin.Ingestion.WriteAsync(Source, [record]);
                    if (record.Change is not RecordChange.Deleted)
                        written.Add(record);
                }
            }
        }
    }

    static EventRecord Create(int writer, int step, Random random)
    {
        EventChannel channel = (EventChannel)random.Next(1, 5);
        bool isCall = channel is EventChannel.Call or EventChannel.Voicemail;
        return new EventRecord
        {
            OccurredAt = Begin.AddMinutes(random.Next(19 * 24 * 60)),
            Channel = channel,
            Direction = (EventDirection)random.Next(1, 3),
            Outcome = (EventOutcome)random.Next(8),
            Party = NumberOf(random.Next(Contacts)),
            Duration = isCall ? TimeSpan.FromSeconds(random.Next(600)) : null,
            Body = isCall ? null : $"text {step}",
            Details = isCall ? new EventDetails { ConversationId = $"{writer} {step / 4}" } : null,
            ModifiedAt = Begin,
            TimeMayChange = true,
            ExternalId = $"{writer} {step}",
        };
    }

    /// <summary>Another version: corrected in time, with another outcome, deleted, or the same again.</summary>
    static EventRecord Change(EventRecord record, int kind, Random random) =>
        kind switch
        {
            < 15 => record with
            {
                OccurredAt = record.OccurredAt.AddMinutes(random.Next(-300, 300)),
                ModifiedAt = record.ModifiedAt!.Value.AddSeconds(1),
            },
            < 17 => record with
            {
                Outcome = (EventOutcome)random.Next(8),
                ModifiedAt = record.ModifiedAt!.Value.AddSeconds(1),
            },
            17 => record with { Change = RecordChange.Deleted },
            _ => record,
        };

    static Task<ContactId?> FindContactAsync(OrgSession session, int number) =>
        session.Contacts.FindByNumberAsync(NumberOf(number));

    static string NumberOf(int contact) => $"+45200000{contact:D2}";
}
