using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>Does random operations in one org and in its model, and compares what they return.</summary>
/// <remarks>Not thread-safe. The operations of one org follow each other; those of other orgs run meanwhile.</remarks>
sealed class ModelDriver(ModelWorld world, TestOrg org, ModelReport report, Random random)
{
    static readonly IngestSource Feed = new("model", DefaultRegion: "DK");
    static readonly DateTimeOffset Begin = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    int _records;

    internal TestOrg Org => org;

    internal ModelOrg Model { get; set; } = new(40);

    /// <summary>The height of the copy of the ledger when it was last compared.</summary>
    internal long CopiedHeight { get; set; }

    internal static string NumberOf(int person) => $"+4520{person:000000}";

    /// <summary>An import, and some operations of a privacy officer.</summary>
    internal async Task RunRoundAsync(int records)
    {
        await using OrgSession session = await TransientAsync(() => world.OpenSessionAsync(org).AsTask());
        await IngestAsync(session, records);
        foreach (int _ in Enumerable.Range(0, 8))
        {
            await (
                random.Next(8) switch
                {
                    0 => HoldAsync(session),
                    1 => ReleaseAsync(session),
                    2 => OptOutAsync(session),
                    3 or 4 => EraseAsync(session),
                    _ => ContinueAsync(session),
                }
            );
            report.CountSteps(1);
        }
    }

    async Task IngestAsync(OrgSession session, int count)
    {
        int[] persons = [.. Enumerable.Range(0, count).Select(_ => random.Next(Model.Persons.Count))];
        EventRecord[] records =
        [
            .. persons.Select(person => new EventRecord
            {
                OccurredAt = Begin.AddSeconds(_records),
                Channel = EventChannel.Sms,
                Direction = EventDirection.Inbound,
                Outcome = EventOutcome.Completed,
                Party = NumberOf(person),
                ExternalId = $"{org.Id}-{_records++}",
                Body = $"text of {person}",
            }),
        ];
        bool isBulk = random.Next(3) == 0;
        long interrupted = report.Interruptions;
        IngestReport stored = await TransientAsync(() =>
            isBulk
                ? session.Ingestion.IngestAsync(Feed, records.ToAsyncEnumerable())
                : session.Ingestion.WriteAsync(Feed, records)
        );
        int expected = persons.Count(person => Model.Persons[person].IsStored);
        // What an interrupted attempt stored is a duplicate in the next one.
        report.Expect(expected, (int)(stored.Inserted + stored.Duplicate), $"records stored, bulk {isBulk}");
        // A process that still knows an erased contact finds that its key is destroyed, and rejects the record.
        report.Expect(count - expected, (int)(stored.Suppressed + stored.Rejected), $"records kept out, bulk {isBulk}");
        if (report.Interruptions == interrupted)
            report.Expect(0, (int)stored.Duplicate, "duplicates");
        foreach (ModelPerson person in Model.Persons.Where(p => p.IsStored && persons.Contains(p.Index)).ToList())
        {
            person.Events += persons.Count(index => index == person.Index);
            person.Contact ??= (
                await TransientAsync(() => session.Contacts.FindByNumberAsync(NumberOf(person.Index)))
            )?.Value;
            report.Expect(true, person.Contact is not null, "a stored number has a contact");
        }
        report.CountEvents(expected);
        report.CountSteps(count);
    }

    async Task HoldAsync(OrgSession session)
    {
        if (Pick(p => p is { Contact: not null, Holds.Count: < 2 }) is not { Contact: { } contact } person)
            return;
        long interrupted = report.Interruptions;
        LegalHoldId hold = await TransientAsync(async () =>
        {
            // An interrupted attempt may have placed it.
            if (report.Interruptions > interrupted)
                foreach (LegalHold placed in await session.SubjectRequests.ListHoldsAsync(new ContactId(contact)))
                    if (placed.ReleasedAt is null && !person.Holds.Contains(placed.Id.Value))
                        return placed.Id;
            return await session.SubjectRequests.HoldAsync(new ContactId(contact), LegalHoldReason.Litigation);
        });
        person.Holds.Add(hold.Value);
    }

    async Task ReleaseAsync(OrgSession session)
    {
        if (Pick(p => p.Holds.Count > 0) is not { } person)
            return;
        Guid hold = person.Holds.Min();
        long interrupted = report.Interruptions;
        IReadOnlyList<SubjectRequestId> continued = await TransientAsync(() =>
            session.SubjectRequests.ReleaseAsync(new LegalHoldId(hold))
        );
        List<ModelErasure> expected = Model.Release(person, hold);
        if (report.Interruptions == interrupted)
            report.Expect(
                string.Join(',', expected.Select(e => e.Request).Order()),
                string.Join(',', continued.Select(id => id.Value).Order()),
                "erasures continued by a release"
            );
    }

    async Task OptOutAsync(OrgSession session)
    {
        ModelPerson person = Model.Persons[random.Next(Model.Persons.Count)];
        if (Model.Active.Any(erasure => erasure.LoggedPersons.Contains(person.Index)))
            return;
        if (person.IsListed)
        {
            await TransientAsync(() => session.SubjectRequests.UnsuppressNumberAsync(NumberOf(person.Index)));
            (person.IsListed, person.IsOptedOut) = (false, false);
        }
        else if (random.Next(2) == 0)
        {
            await TransientAsync(() => session.SubjectRequests.SuppressNumberAsync(NumberOf(person.Index)));
            (person.IsListed, person.IsOptedOut) = (true, person.Contact is not null);
        }
    }

    async Task EraseAsync(OrgSession session)
    {
        HashSet<Guid> busy = [.. Model.Active.SelectMany(e => e.Contacts.Keys)];
        Guid[] contacts =
        [
            .. Model
                .Persons.Where(p => p.Contact is { } contact && !busy.Contains(contact))
                .OrderBy(_ => random.Next())
                .Take(1 + random.Next(3))
                .Select(p => p.Contact!.Value),
        ];
        if (contacts.Length == 0)
            return;
        SubjectRequestId request = await TransientAsync(async () =>
        {
            OpenedSubjectRequest opened = await session.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Erasure)
                {
                    Contacts = [.. contacts.Select(contact => new ContactId(contact))],
                }
            );
            await session.SubjectRequests.VerifyIdentityAsync(opened.Request.Id, IdentityVerification.Reasonable);
            return opened.Request.Id;
        });
        bool byJob = random.Next(4) == 0;
        await TransientAsync(async () =>
        {
            await session.Erasures.RequestAsync(request.Value, suppress: true, CancellationToken.None);
            return byJob && await session.Erasures.EnqueueAsync(request.Value, CancellationToken.None) is { };
        });
        ModelErasure erasure = Model.Request(request.Value, contacts);
        erasure.IsEnqueued = byJob;
        if (!byJob)
            await AdvanceAsync(session, erasure);
    }

    async Task ContinueAsync(OrgSession session)
    {
        if (Model.Active.OrderBy(_ => random.Next()).FirstOrDefault() is { } erasure)
            await AdvanceAsync(session, erasure);
    }

    /// <summary>Runs an erasure to its end, or as far as if the process had ended before a step.</summary>
    async Task AdvanceAsync(OrgSession session, ModelErasure erasure)
    {
        ErasureStep stop = random.Next(2) == 0 ? ErasureStep.Done : (ErasureStep)random.Next(2, 10);
        await TransientAsync(() =>
            session.Erasures.Runner.RunAsync(
                erasure.Request,
                stop is ErasureStep.Done ? null : stop,
                CancellationToken.None
            )
        );
        await FollowAsync(session, erasure);
        if (stop > erasure.Next)
            report.Expect(stop, erasure.Next, "the next step");
    }

    /// <summary>Advances the model of an erasure to where the erasure is.</summary>
    internal async Task FollowAsync(OrgSession session, ModelErasure erasure)
    {
        ErasureProgress progress = await TransientAsync(() =>
            session.Erasures.ReadAsync(erasure.Request, CancellationToken.None)
        );
        bool wasActive = erasure.Next is not ErasureStep.Done;
        Model.Advance(erasure, progress.NextStep);
        Compare("open", erasure.Open, progress.Pending);
        Compare("deferred", erasure.In(ModelContactState.Deferred), progress.Deferred);
        Compare("erased", erasure.In(ModelContactState.Erased), progress.Erased);
        if (!wasActive || progress.NextStep is not ErasureStep.Done)
            return;
        ErasureCertificate certificate = (
            await TransientAsync(() => session.Erasures.CertificatesAsync(erasure.Request, CancellationToken.None))
        )[^1];
        report.CountCertificate();
        report.Expect(0L, certificate.Statement.RowsLeft, "rows left in a certificate");
        Compare("certified", erasure.In(ModelContactState.Erased), certificate.Statement.Contacts);
        Compare(
            "certified as deferred",
            erasure.In(ModelContactState.Deferred),
            certificate.Statement.DeferredContacts
        );
        report.Expect(
            true,
            await TransientAsync(() => session.Erasures.VerifyAsync(certificate, CancellationToken.None)),
            "a certificate verifies"
        );

        void Compare(string what, IEnumerable<Guid> expected, IEnumerable<ContactId> found) =>
            report.Expect(
                string.Join(',', expected.Order()),
                string.Join(',', found.Select(contact => contact.Value).Order()),
                $"contacts {what} of an erasure before {progress.NextStep}"
            );
    }

    ModelPerson? Pick(Func<ModelPerson, bool> wanted) =>
        Model.Persons.Where(wanted).OrderBy(_ => random.Next()).FirstOrDefault();

    /// <summary>Repeats an operation that a lost connection interrupted.</summary>
    async Task<T> TransientAsync<T>(Func<Task<T>> operation)
    {
        for (int attempt = 0; ; attempt++)
            try
            {
                return await operation();
            }
            catch (CallIntelException e) when (attempt < 300 && IsLostConnection(e.InnerException))
            {
                report.CountInterruption();
                await Task.Delay(100);
            }
    }

    static bool IsLostConnection(Exception? e) =>
        e switch
        {
            PostgresException p => p.SqlState.StartsWith("57P", StringComparison.Ordinal),
            NpgsqlException => true,
            _ => false,
        };
}
