using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

public sealed partial class ContactDirectory
{
    const string MergeSql = "select surviving, moved from callintel.merge_contacts($1, $2, $3)";
    const string SplitSql = "select callintel.split_contact($1)";
    const string GroupSql = "select contact_id, merged_into from callintel.read_contact_group($1)";

    /// <summary>
    /// Merges a contact into another one that stands for the same person. The surviving contact gets the numbers and
    /// events of the merged contact, and its name if the surviving contact has none.
    /// </summary>
    /// <param name="from">The contact to merge. Contacts that were merged into it move along.</param>
    /// <param name="into">
    /// The contact that survives. If it was itself merged into another contact, that one survives.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The surviving contact, and the number of events that moved: 0 if the contacts were merged before.
    /// </returns>
    /// <remarks>
    /// <para>
    /// Later records with a number of the merged contact belong to the surviving contact. Content stays encrypted with
    /// the key of the contact that it was stored for, and crypto-shredding either contact destroys the keys of both.
    /// <see cref="SplitAsync"/> restores the merged contact.
    /// </para>
    /// <para>
    /// The stricter privacy rule applies to both contacts. If both are restricted, only members listed for both see
    /// them. Requires <see cref="Permission.ManagePrivacy"/>, and a session with a purpose if a contact is hidden. The
    /// audit log records the merge for both contacts.
    /// </para>
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0152</c> one of the contacts does not exist;
    /// <c>CI0198</c> a contact is hidden and the session has no purpose; <c>CI0026</c> one of the contacts was erased;
    /// <c>CI0266</c> the contact is already merged into a third contact; <c>CI0267</c> the privacy rules cannot be
    /// combined, because one is <c>metadata_only</c> and the other one <c>restricted</c> or <c>hidden</c>.
    /// </exception>
    public async Task<ContactMerge> MergeAsync(
        ContactId from,
        ContactId into,
        CancellationToken cancellationToken = default
    )
    {
        byte[]? name = from == into ? null : await CopyNameAsync(from, into, cancellationToken).ConfigureAwait(false);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(MergeSql).With(from.Value, into.Value).With(name);
        return (
            await _session
                .ListAsync(
                    command,
                    row => new ContactMerge(new ContactId(row.GetGuid(0)), row.GetInt64(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
    }

    /// <summary>
    /// Splits a merged contact from the contact that it was merged into. It gets back its numbers, its events and its
    /// privacy rule, and also the events that arrived for its numbers since.
    /// </summary>
    /// <param name="contact">A contact that was merged into another one.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of events that moved.</returns>
    /// <remarks>
    /// A name that the surviving contact got from the merged one is removed from it. If the privacy rule was changed
    /// while the contacts were merged, both keep the changed rule. Requires <see cref="Permission.ManagePrivacy"/>, and
    /// a session with a purpose if the contacts are hidden.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0152</c> the contact does not exist; <c>CI0198</c>
    /// the contact is hidden and the session has no purpose; <c>CI0266</c> the contact is not merged into another one.
    /// </exception>
    public async Task<long> SplitAsync(ContactId contact, CancellationToken cancellationToken = default) =>
        (
            await _session
                .ListAsync(
                    new NpgsqlBatchCommand(SplitSql).With(contact.Value),
                    row => row.GetInt64(0),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];

    /// <summary>Finds the contact that stands for a contact that may have been merged.</summary>
    /// <param name="contact">A contact, for example one that the application stored before it was merged.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The surviving contact; the contact itself if it was not merged; null if it does not exist or the member may not
    /// see one of the two.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<ContactId?> FindSurvivorAsync(ContactId contact, CancellationToken cancellationToken = default)
    {
        foreach ((Guid id, Guid? into) in await ReadGroupAsync(contact, cancellationToken).ConfigureAwait(false))
            if (into is null)
                return new ContactId(id);
        return null;
    }

    /// <summary>Lists the contacts that were merged into a contact.</summary>
    /// <param name="contact">The surviving contact, or one that was merged into it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The merged contacts that the member may see: all of them for roles that read all events. Empty if there are
    /// none.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<ContactId>> ListMergedAsync(
        ContactId contact,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. (await ReadGroupAsync(contact, cancellationToken).ConfigureAwait(false))
                .Where(c => c.Into is not null)
                .Select(c => new ContactId(c.Contact)),
        ];

    Task<List<(Guid Contact, Guid? Into)>> ReadGroupAsync(ContactId contact, CancellationToken cancellationToken) =>
        _session.ListAsync(
            new NpgsqlBatchCommand(GroupSql).With(contact.Value),
            row => (row.GetGuid(0), row.IsDBNull(1) ? (Guid?)null : row.GetGuid(1)),
            cancellationToken
        );

    /// <returns>
    /// The name of one contact, encrypted for another one that has none; null if there is nothing to copy.
    /// </returns>
    async Task<byte[]?> CopyNameAsync(ContactId from, ContactId into, CancellationToken cancellationToken)
    {
        // The database decides again when it merges. Whoever may not see a contact reads no name here.
        IReadOnlyDictionary<ContactId, ContactName> names = await ListDisplayNamesAsync([from, into], cancellationToken)
            .ConfigureAwait(false);
        if (names.ContainsKey(into) || names.GetValueOrDefault(from)?.Value is not { } name)
            return null;
        (bool allowed, bool exists) = await MayNameAsync(into, cancellationToken).ConfigureAwait(false);
        return allowed && exists ? await EncryptNameAsync(into, name, cancellationToken).ConfigureAwait(false) : null;
    }
}
