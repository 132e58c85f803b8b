using System.Runtime.CompilerServices;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    const int PartyPageSize = 500;

    /// <summary>Moves a verified request for access or portability to executing.</summary>
    /// <returns>The number of events whose content nobody may read.</returns>
    internal async Task<long> BeginExportAsync(SubjectRequestId id, CancellationToken cancellationToken) =>
        await _session
            .ScalarAsync<long>(
                new NpgsqlBatchCommand("select withheld from callintel.begin_subject_export($1)").With(id.Value),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Records that an archive was written.</summary>
    internal Task NoteExportAsync(SubjectRequestId id, long rows, CancellationToken cancellationToken) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.note_subject_export($1, $2)").With(id.Value, rows),
            cancellationToken
        );

    /// <summary>Returns the ids of events in which the person is a further party.</summary>
    internal async IAsyncEnumerable<Guid> ReadPartyEventsAsync(
        SubjectRequestId id,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Guid? after = null;
        while (true)
        {
            List<Guid> page = await _session
                .ListAsync(
                    new NpgsqlBatchCommand("select event_id from callintel.read_subject_party_events($1, $2, $3)").With(
                        id.Value,
                        after,
                        PartyPageSize
                    ),
                    row => row.GetGuid(0),
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (Guid e in page)
                yield return e;
            if (page.Count < PartyPageSize)
                break;
            after = page[^1];
        }
    }
}
