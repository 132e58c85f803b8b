using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    const string SetRuleSql = "select callintel.set_subject_rule($1, $2, $3, $4, $5)";

    const string RulesSql =
        "select rule_id, contact_id, level, no_search, no_embedding, set_at, set_by, lifted_at, lifted_by"
        + " from callintel.read_subject_rules($1)";

    const string NoteRectificationSql = "select callintel.note_rectification($1, $2, $3)";

    /// <summary>
    /// Sets the privacy rule that a request for restriction, an objection or an opt-out asks for, on each contact of
    /// the request that has no such rule from it yet.
    /// </summary>
    /// <param name="id">The id of the request. Its contacts were named or found by <see cref="DiscoverAsync"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The rules of the request that hold.</returns>
    /// <remarks>
    /// <para>
    /// Restriction hides the contact: only owners and admins in a session with a purpose see it, and its content is
    /// excluded from search and embeddings. Objections and opt-outs exclude its content from search and embeddings. The
    /// rule is combined with the one that the contact has: nothing becomes visible that was not.
    /// </para>
    /// <para>
    /// <see cref="LiftRuleAsync"/> restores the rule before. Before a restriction is lifted, the person has to be
    /// informed (GDPR article 18(3)).
    /// </para>
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0402</c> the request is of another type, not verified, on hold
    /// or closed; <c>CI0267</c> the contact has a rule that cannot be combined; <c>CI0198</c> a contact is hidden and
    /// the session has no purpose; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task<IReadOnlyList<SubjectRule>> ApplyRulesAsync(
        SubjectRequestId id,
        CancellationToken cancellationToken = default
    )
    {
        SubjectRequest request = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        PrivacyLevel level = request.Type switch
        {
            SubjectRequestType.Restriction => PrivacyLevel.Hidden,
            SubjectRequestType.Objection or SubjectRequestType.OptOut => PrivacyLevel.Normal,
            _ => throw new CallIntelException(
                ErrorCodes.SubjectRequestStateRefused,
                "The request asks for no privacy rule.",
                "Apply rules to requests for restriction, objections and opt-outs. For others, use session.Privacy."
            ),
        };
        foreach (ContactId contact in request.Contacts)
            await _session
                .ExecuteAsync(
                    new NpgsqlBatchCommand(SetRuleSql).With(id.Value, contact.Value, (short)level, true, true),
                    cancellationToken
                )
                .ConfigureAwait(false);
        return
        [
            .. (await ListRulesAsync(id, cancellationToken).ConfigureAwait(false)).Where(rule => rule.LiftedAt is null),
        ];
    }

    /// <summary>Lists the privacy rules that a request set, the oldest first, with those that were lifted.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The rules; empty if the org has no such request.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async Task<IReadOnlyList<SubjectRule>> ListRulesAsync(
        SubjectRequestId id,
        CancellationToken cancellationToken = default
    ) =>
        await _session
            .ListAsync(
                new NpgsqlBatchCommand(RulesSql).With(id.Value),
                row => new SubjectRule(
                    row.GetGuid(0),
                    new ContactId(row.GetGuid(1)),
                    (PrivacyLevel)row.GetInt16(2),
                    row.GetBoolean(3),
                    row.GetBoolean(4),
                    row.GetFieldValue<DateTimeOffset>(5),
                    new MemberId(row.GetGuid(6)),
                    Time(row, 7),
                    row.IsDBNull(8) ? null : new MemberId(row.GetGuid(8))
                ),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Restores the privacy rule that a contact had before a request set one.</summary>
    /// <param name="rule">The id of the rule, from <see cref="ListRulesAsync"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such rule; <c>CI0402</c> the rule was lifted before, or the rule of the contact was
    /// changed since; <c>CI0198</c> the contact is hidden and the session has no purpose; <c>CI0005</c> the role does
    /// not include the permission.
    /// </exception>
    public Task LiftRuleAsync(Guid rule, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.lift_subject_rule($1)").With(rule),
            cancellationToken
        );

    /// <summary>Corrects the name of a contact, as a request for rectification asks.</summary>
    /// <param name="id">The id of the request, whose identity is verified.</param>
    /// <param name="contact">A contact of the request.</param>
    /// <param name="name">The right name; null removes the name.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>To correct a number, call <see cref="RectifyNumberAsync"/>.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0402</c> the request is of another type, not verified, on hold
    /// or closed; <c>CI0152</c> the request does not concern the contact, or the contact is hidden and the session has
    /// no purpose; <c>CI0151</c> the name is not valid; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task RectifyNameAsync(
        SubjectRequestId id,
        ContactId contact,
        string? name,
        CancellationToken cancellationToken = default
    )
    {
        if (name is not null)
            NameText.ThrowIfInvalid(name);
        // The entry comes first: if setting the name fails, the entry names an attempt, and repeating it does no harm.
        await _session
            .ExecuteAsync(
                new NpgsqlBatchCommand(NoteRectificationSql).With(id.Value, contact.Value, (byte[]?)null),
                cancellationToken
            )
            .ConfigureAwait(false);
        await _contacts.SetDisplayNameAsync(contact, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Corrects a number of a contact, as a request for rectification asks.</summary>
    /// <param name="id">The id of the request, whose identity is verified.</param>
    /// <param name="contact">A contact of the request.</param>
    /// <param name="from">The number that is stored, in any common notation.</param>
    /// <param name="to">The right number in any common notation.</param>
    /// <param name="former">Whether the stored number still leads to the contact. Default: it does.</param>
    /// <param name="defaultRegion">
    /// The ISO 3166 code of the country whose national format the numbers may have. Default: international format.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Does the same as <see cref="ContactDirectory.ReplaceNumberAsync"/>, and adds an entry to the history of the
    /// request in the same transaction. Events stay with the contact. The history and the audit log contain no number.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0402</c> the request is of another type, not verified, on hold
    /// or closed; <c>CI0152</c> the request does not concern the contact; or a code of
    /// <see cref="ContactDirectory.ReplaceNumberAsync"/>.
    /// </exception>
    public Task RectifyNumberAsync(
        SubjectRequestId id,
        ContactId contact,
        string from,
        string to,
        FormerNumber former = FormerNumber.Keep,
        string? defaultRegion = null,
        CancellationToken cancellationToken = default
    ) => _contacts.RectifyNumberAsync(id.Value, contact, from, to, former, defaultRegion, cancellationToken);

    /// <summary>Records that data of the person was corrected in another way.</summary>
    /// <param name="id">The id of the request, whose identity is verified.</param>
    /// <param name="note">What was corrected, up to 4,000 characters. Stored encrypted.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0401</c> the note is not valid; <c>CI0402</c> the request is of
    /// another type, not verified, on hold or closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task NoteRectificationAsync(SubjectRequestId id, string note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        return StepAsync(
            id,
            note,
            envelope => new NpgsqlBatchCommand(NoteRectificationSql).With(id.Value, (Guid?)null, envelope),
            cancellationToken
        );
    }
}
