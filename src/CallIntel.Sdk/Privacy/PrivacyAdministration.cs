using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Privacy;

/// <summary>
/// Manages the privacy rules of the session's org. A change takes effect in the next statement of every session and is
/// recorded in the audit log.
/// </summary>
/// <remarks>
/// Thread-safe. Requires <see cref="Permission.ManagePrivacy"/>; roles without it see no rules. Search obeys
/// <see cref="PrivacyRule.NoSearch"/>, and embeddings obey <see cref="PrivacyRule.NoEmbedding"/>. CallIntel only stores
/// <see cref="PrivacyRule.RetentionDays"/>, for applications that delete.
/// </remarks>
public sealed class PrivacyAdministration
{
    const string ListSql =
        "select contact_id, level, no_search, no_embedding, retention_days, members"
        + " from callintel.read_privacy_rules($1)";

    readonly SessionTransport _session;

    internal PrivacyAdministration(SessionTransport session) => _session = session;

    /// <summary>
    /// Sets the privacy rule of a contact, replacing any existing rule including its list of members.
    /// </summary>
    /// <param name="contact">The contact.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManagePrivacy</c>; <c>CI0152</c> the contact does not exist;
    /// <c>CI0197</c> the rule lists members on a level other than restricted, lists members without a role, or has a
    /// retention of less than one day; <c>CI0198</c> the contact is hidden and the session has no purpose.
    /// </exception>
    public Task SetAsync(ContactId contact, PrivacyRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (!Enum.IsDefined(rule.Level))
            throw Invalid();
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select callintel.set_privacy_rule($1, $2, $3, $4, $5, $6)"
        ).With(
            contact.Value,
            (short)rule.Level,
            (Guid[])[.. rule.Members.Select(m => m.Value)],
            rule.NoSearch,
            rule.NoEmbedding,
            rule.RetentionDays
        );
        return _session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>Finds the privacy rule of a contact.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The rule; null if the contact has none or the member may not see rules.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<PrivacyRule?> FindAsync(ContactId contact, CancellationToken cancellationToken = default)
    {
        List<(ContactId, PrivacyRule Rule)> rules = await _session
            .ListAsync(Command(contact.Value), Read, cancellationToken)
            .ConfigureAwait(false);
        return rules.Count == 0 ? null : rules[0].Rule;
    }

    /// <summary>Lists all privacy rules of the org.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rules by contact, including those of hidden contacts, of which only the id is shown. Empty if the member may
    /// not see rules.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyDictionary<ContactId, PrivacyRule>> ListAsync(
        CancellationToken cancellationToken = default
    ) =>
        (await _session.ListAsync(Command(null), Read, cancellationToken).ConfigureAwait(false)).ToDictionary(
            row => row.Contact,
            row => row.Rule
        );

    /// <summary>Removes the privacy rule of a contact.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the contact had no rule.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManagePrivacy</c>; <c>CI0198</c> the contact is hidden and the
    /// session has no purpose.
    /// </exception>
    public async Task<bool> RemoveAsync(ContactId contact, CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.remove_privacy_rule($1)").With(
            contact.Value
        );
        return (await _session.ListAsync(command, row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[
            0
        ];
    }

    /// <param name="contact">The contact; null for all contacts.</param>
    static NpgsqlBatchCommand Command(Guid? contact)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(ListSql).With(contact);
        return command;
    }

    static (ContactId Contact, PrivacyRule Rule) Read(NpgsqlDataReader row) =>
        (
            new ContactId(row.GetGuid(0)),
            new PrivacyRule
            {
                Level = (PrivacyLevel)row.GetInt16(1),
                NoSearch = row.GetBoolean(2),
                NoEmbedding = row.GetBoolean(3),
                RetentionDays = row.IsDBNull(4) ? null : row.GetInt32(4),
                Members = [.. row.GetFieldValue<Guid[]>(5).Select(m => new MemberId(m))],
            }
        );

    static CallIntelException Invalid() =>
        new(
            ErrorCodes.InvalidRule,
            "The privacy rule has a level that does not exist.",
            "Use a value of PrivacyLevel."
        );
}
