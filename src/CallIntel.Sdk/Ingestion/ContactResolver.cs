using System.Runtime.InteropServices;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Finds, or makes, the contacts of a batch: no round trip for numbers met before in the run, one if all are known, three if some are new.</summary>
/// <remarks>
/// Transactions of their own, committed before the batch: two runs that meet the same new numbers wait for each other for milliseconds only. A
/// contact without events, should the batch fail, is what a rerun finds. Not thread-safe: one for each run.
/// </remarks>
sealed class ContactResolver(OrgSession session, IIngestProtection protection)
{
    const int Remembered = 500_000;
    readonly Dictionary<PartyAddress, Guid> _known = [];

    internal async Task ResolveAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        if (_known.Count > Remembered)
            _known.Clear();
        HashSet<PartyAddress> missing = [];
        foreach (ref StagedEvent row in CollectionsMarshal.AsSpan(batch.Events))
            if (row.Party is { } party && !_known.ContainsKey(party))
                missing.Add(party);

        if (missing.Count > 0)
            await LearnAsync(missing, cancellationToken).ConfigureAwait(false);

        foreach (ref StagedEvent row in CollectionsMarshal.AsSpan(batch.Events))
            if (row.Party is { } party)
                row.Contact = _known[party];
    }

    async Task LearnAsync(HashSet<PartyAddress> missing, CancellationToken cancellationToken)
    {
        Dictionary<Guid, PartyAddress> digests = await protection.IndexAsync(missing, cancellationToken).ConfigureAwait(false);
        NpgsqlBatchCommand find = new("select number_index, contact_id from callintel.find_contacts($1)");
        find.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. digests.Keys] });
        foreach ((Guid index, Guid contact) in await session.ListAsync(find, r => (r.GetGuid(0), r.GetGuid(1)), cancellationToken).ConfigureAwait(false))
        {
            _known[digests[index]] = contact;
            missing.Remove(digests[index]);
        }
        if (missing.Count > 0)
            await AddAsync([.. missing], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Proposes a contact for each number, its number protected; whoever was first with a number wins.</summary>
    async Task AddAsync(PartyAddress[] parties, CancellationToken cancellationToken)
    {
        DateTimeOffset now = session.Source.Time.GetUtcNow();
        Guid[] proposed = [.. parties.Select(_ => Guid.CreateVersion7(now))];
        (Guid[] indexes, byte[][] numbers) = await protection.ProtectAsync(parties, proposed, cancellationToken).ConfigureAwait(false);

        NpgsqlBatchCommand command = new("select number_index, contact_id from callintel.resolve_contacts($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = proposed });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = indexes });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. parties.Select(p => (short)p.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = numbers });
        Dictionary<Guid, Guid> stored = (await session.ListAsync(command, r => (Index: r.GetGuid(0), Contact: r.GetGuid(1)), cancellationToken).ConfigureAwait(false))
            .ToDictionary(row => row.Index, row => row.Contact);
        for (int i = 0; i < parties.Length; i++)
            _known[parties[i]] = stored[indexes[i]];
    }
}
