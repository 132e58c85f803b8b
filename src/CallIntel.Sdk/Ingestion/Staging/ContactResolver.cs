using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Finds or creates the contacts of a batch. Needs no round trip for numbers that the run or, with shared contacts, the
/// process has seen before; one if all numbers are stored; and two more per two thousand new numbers.
/// </summary>
/// <remarks>
/// Uses its own transactions, which commit before the batch, so two runs that create the same contacts wait for each
/// other only briefly. If the batch fails, its new contacts remain without events and a rerun finds them. Not
/// thread-safe. Use one instance per run.
/// </remarks>
sealed class ContactResolver(
    SessionTransport session,
    IIngestProtection protection,
    SuppressingOrgs suppressing,
    KnownContacts? shared = null
)
{
    const int Remembered = 500_000;

    const string ResolveSql =
        "select number_index, contact_id, suppression from callintel.resolve_contacts($1, $2, $3, $4, $5, $6)";

    readonly Dictionary<PartyAddress, ResolvedParty> _known = [];

    internal async Task ResolveAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        if (_known.Count > Remembered)
            _known.Clear();
        HashSet<PartyAddress> missing = SetContacts(batch);
        if (missing.Count == 0)
            return;
        await protection
            .WithNumberIndexAsync(index => LearnAsync(missing, index, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        SetContacts(batch);
    }

    /// <returns>The parties whose contacts are not known yet.</returns>
    HashSet<PartyAddress> SetContacts(IngestBatch batch)
    {
        HashSet<PartyAddress> missing = [];
        foreach (ref StagedEvent row in batch.Events)
        {
            if (row.Contact is null && Find(row.Party) is { } party)
            {
                row.Contact = party.Contact;
                row.Suppression = party.Suppression;
            }
            foreach (ref StagedParticipant participant in (row.Details?.Participants ?? []).AsSpan())
                if (
                    participant.Contact is null
                    && Find(participant.Address) is { Suppression: null or SuppressionAction.KeepMetadata } other
                )
                    participant.Contact = other.Contact;
        }
        return missing;

        ResolvedParty? Find(PartyAddress? address)
        {
            if (address is not { } party)
                return null;
            if (_known.TryGetValue(party, out ResolvedParty known))
                return known;
            missing.Add(party);
            return null;
        }
    }

    /// <returns>
    /// The number of contacts found. If the database refuses with <c>CI0143</c>, some may be known and the rest is
    /// still missing.
    /// </returns>
    async Task<int> LearnAsync(HashSet<PartyAddress> missing, NumberIndex index, CancellationToken cancellationToken)
    {
        // While the index key is being rotated, a number may still be stored under its old digest.
        Dictionary<Guid, PartyAddress> digests = [];
        foreach (PartyAddress party in missing)
        foreach (Func<PartyAddress, Guid> digest in index.Digests)
            digests.TryAdd(digest(party), party);
        foreach ((Guid number, PartyAddress party) in digests)
            if (shared?.Find(session.Identity.Org, number) is { } known)
            {
                _known[party] = known;
                missing.Remove(party);
            }
        if (missing.Count == 0)
            return 0;

        NpgsqlBatchCommand find = new NpgsqlBatchCommand(
            "select number_index, contact_id, suppression from callintel.find_contacts($1)"
        ).With((Guid[])[.. digests.Keys]);
        foreach (
            (Guid number, ResolvedParty party) in await session
                .ListAsync(find, Map, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            _known[digests[number]] = party;
            missing.Remove(digests[number]);
            shared?.Add(session.Identity.Org, number, party);
        }
        foreach (PartyAddress[] parties in missing.Chunk(IIngestProtection.AtATime))
            await AddAsync(parties, index, cancellationToken).ConfigureAwait(false);
        return missing.Count;
    }

    /// <summary>
    /// Proposes a new contact for each number, with the number encrypted. If another transaction was first, its contact
    /// is used.
    /// </summary>
    async Task AddAsync(PartyAddress[] parties, NumberIndex index, CancellationToken cancellationToken)
    {
        DateTimeOffset now = session.Time.GetUtcNow();
        Guid[] proposed = [.. parties.Select(_ => Guid.CreateVersion7(now))];
        Guid[] indexes = [.. parties.Select(index.Digests[0])];
        byte[][] numbers = await protection
            .ProtectAsync(parties, proposed, indexes, cancellationToken)
            .ConfigureAwait(false);

        Dictionary<Guid, ResolvedParty> stored = await StoreAsync(
                parties,
                index,
                proposed,
                indexes,
                numbers,
                cancellationToken
            )
            .ConfigureAwait(false);
        for (int i = 0; i < parties.Length; i++)
        {
            _known[parties[i]] = stored[indexes[i]];
            shared?.Add(session.Identity.Org, indexes[i], stored[indexes[i]]);
        }
    }

    /// <summary>
    /// Stores the numbers that are not suppressed. Digests to recognize suppressed numbers are only computed once the
    /// database has asked this process for those of the org: most orgs suppress no number.
    /// </summary>
    async Task<Dictionary<Guid, ResolvedParty>> StoreAsync(
        PartyAddress[] parties,
        NumberIndex index,
        Guid[] proposed,
        Guid[] indexes,
        byte[][] numbers,
        CancellationToken cancellationToken
    )
    {
        short[] kinds = [.. parties.Select(p => (short)p.Kind)];
        bool isCompared = suppressing.Contains(session.Identity.Org);
        while (true)
        {
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(ResolveSql).With(
                proposed,
                indexes,
                kinds,
                numbers,
                index.Version,
                isCompared
                    ? await protection.SuppressionDigestsAsync(parties, cancellationToken).ConfigureAwait(false)
                    : SqlValue.Null(NpgsqlDbType.Array | NpgsqlDbType.Uuid)
            );
            try
            {
                return (await session.ListAsync(command, Map, cancellationToken).ConfigureAwait(false)).ToDictionary(
                    row => row.Number,
                    row => row.Party
                );
            }
            catch (CallIntelException e) when (e.Code == ErrorCodes.SuppressionDigestsNeeded && !isCompared)
            {
                suppressing.Add(session.Identity.Org);
                isCompared = true;
            }
        }
    }

    static (Guid Number, ResolvedParty Party) Map(NpgsqlDataReader row) =>
        (row.GetGuid(0), ResolvedParty.Create(row.IsDBNull(1) ? null : row.GetGuid(1), row.GetInt16(2)));
}
