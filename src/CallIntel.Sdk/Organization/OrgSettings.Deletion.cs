using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Organization;

public sealed partial class OrgSettings
{
    /// <summary>How many rows a step deletes at most, so that it takes seconds.</summary>
    const int RowsPerStep = 10_000;

    const string BeginDeletionSql = "select callintel.begin_org_deletion($1)";
    const string DeleteRowsSql = "select deleted, is_complete from callintel.delete_org_rows($1)";

    /// <summary>
    /// Deletes the org with everything that belongs to it: events, content, contacts, keys, members, settings and the
    /// audit log. This cannot be undone. Export what you want to keep before.
    /// </summary>
    /// <param name="confirmation">
    /// The name of the org, exactly as it is stored, or its id. Otherwise nothing is deleted.
    /// </param>
    /// <param name="progress">Receives the number of deleted rows after each step.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between steps; call the method again to continue.
    /// </param>
    /// <returns>The number of rows that this call deleted.</returns>
    /// <remarks>
    /// <para>
    /// The first step destroys the keys of the org and removes all other members. From then on, nobody can read the
    /// content and nothing is stored any more, even if the deletion is interrupted. Other processes can decrypt with
    /// keys in their caches until these expire. The next steps delete up to 10,000 rows each, and the last one the org
    /// itself. What remains is one row in <c>callintel_private.org_deletions</c>: the id of the org, who deleted it and
    /// when.
    /// </para>
    /// <para>
    /// Backups still contain the org until they expire.
    /// Requires <see cref="Permission.TransferOwnership"/>, which only owners have.
    /// </para>
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0268</c> the confirmation is neither the name nor the id of the org; <c>CI0005</c> the member is not an
    /// owner; <c>CI0004</c> the org does not exist, for example because its deletion is complete.
    /// </exception>
    public async Task<long> DeleteOrgAsync(
        string confirmation,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(confirmation);
        await _session
            .ExecuteAsync(new NpgsqlBatchCommand(BeginDeletionSql).With(confirmation), cancellationToken)
            .ConfigureAwait(false);
        long total = 0;
        while (true)
        {
            (long deleted, bool isComplete) = (
                await _session
                    .ListAsync(
                        new NpgsqlBatchCommand(DeleteRowsSql).With(RowsPerStep),
                        row => (row.GetInt64(0), row.GetBoolean(1)),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )[0];
            total += deleted;
            if (isComplete)
                return total;
            progress?.Report(total);
        }
    }
}
