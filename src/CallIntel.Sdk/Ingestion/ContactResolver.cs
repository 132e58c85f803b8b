using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Finds, or makes, the contact of every number of a batch in one round trip, and in none where a feed repeats its numbers.</summary>
/// <remarks>
/// A transaction of its own, committed before the batch: two runs that meet the same new numbers wait for each other for milliseconds only. A
/// contact without events, should the batch fail, is what a rerun finds. Not thread-safe: one for each run.
/// </remarks>
sealed class ContactResolver(OrgSession session)
{
    const int Remembered = 500_000;
    readonly Dictionary<PartyAddress, Guid> _known = [];

    internal async Task ResolveAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        if (_known.Count > Remembered)
            _known.Clear();
        Dictionary<Guid, PartyAddress> missing = [];
        foreach (ref StagedEvent row in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch.Events))
            if (row.Party is { } party && !_known.ContainsKey(party))
                missing.TryAdd(party.IndexFor(session.Identity.Org.Value), party);

        if (missing.Count > 0)
            foreach ((Guid index, Guid contact) in await LookUpAsync(missing, cancellationToken).ConfigureAwait(false))
                _known[missing[index]] = contact;

        foreach (ref StagedEvent row in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch.Events))
            if (row.Party is { } party)
                row.Contact = _known[party];
    }

    Task<List<(Guid Index, Guid Contact)>> LookUpAsync(Dictionary<Guid, PartyAddress> missing, CancellationToken cancellationToken)
    {
        DateTimeOffset now = session.Source.Time.GetUtcNow();
        NpgsqlBatchCommand command = new("select number_index, contact_id from callintel.resolve_contacts($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. missing.Select(_ => Guid.CreateVersion7(now))] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. missing.Keys] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. missing.Values.Select(p => (short)p.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. missing.Values.Select(p => p.ToBytes())] });
        return session.ListAsync(command, r => (r.GetGuid(0), r.GetGuid(1)), cancellationToken);
    }
}
