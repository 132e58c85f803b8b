using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;
using Npgsql;

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
sealed class ContactResolver(SessionTransport session, IIngestProtection protection, KnownContacts? shared = null)
{
    const int Remembered = 500_000;
    readonly Dictionary<PartyAddress, Guid> _known = [];

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
            row.Contact ??= ContactOf(row.Party);
            foreach (ref StagedParticipant participant in (row.Details?.Participants ?? []).AsSpan())
                participant.Contact ??= ContactOf(participant.Address);
        }
        return missing;

        Guid? ContactOf(PartyAddress? address)
        {
            if (address is not { } party)
                return null;
            if (_known.TryGetValue(party, out Guid contact))
                return contact;
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
            if (shared?.Find(session.Identity.Org, number) is { } contact)
            {
                _known[party] = contact;
                missing.Remove(party);
            }
        if (missing.Count == 0)
            return 0;

        NpgsqlBatchCommand find = new NpgsqlBatchCommand(
            "select number_index, contact_id from callintel.find_contacts($1)"
        ).With((Guid[])[.. digests.Keys]);
        foreach (
            (Guid number, Guid contact) in await session
                .ListAsync(find, r => (r.GetGuid(0), r.GetGuid(1)), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            _known[digests[number]] = contact;
            missing.Remove(digests[number]);
            shared?.Add(session.Identity.Org, number, contact);
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

        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select number_index, contact_id from callintel.resolve_contacts($1, $2, $3, $4, $5)"
        ).With(proposed, indexes, (short[])[.. parties.Select(p => (short)p.Kind)], numbers, index.Version);
        Dictionary<Guid, Guid> stored = (
            await session
                .ListAsync(command, r => (Index: r.GetGuid(0), Contact: r.GetGuid(1)), cancellationToken)
                .ConfigureAwait(false)
        ).ToDictionary(row => row.Index, row => row.Contact);
        for (int i = 0; i < parties.Length; i++)
        {
            _known[parties[i]] = stored[indexes[i]];
            shared?.Add(session.Identity.Org, indexes[i], stored[indexes[i]]);
        }
    }
}
