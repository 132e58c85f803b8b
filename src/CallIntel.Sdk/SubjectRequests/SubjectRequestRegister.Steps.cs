using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    /// <summary>Records how the identity of the person was verified, or that it could not be.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="level">
    /// How certain the identity is. <see cref="IdentityVerification.None"/> moves the request to
    /// <see cref="SubjectRequestState.IdentityUnverified"/>, and any other level to
    /// <see cref="SubjectRequestState.Verified"/>.
    /// </param>
    /// <param name="evidence">
    /// What was checked, up to 4,000 characters. Stored encrypted. Do not store copies of documents.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0401</c> the level or the evidence is not valid; <c>CI0402</c>
    /// the request is being executed or closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task VerifyIdentityAsync(
        SubjectRequestId id,
        IdentityVerification level,
        string? evidence = null,
        CancellationToken cancellationToken = default
    ) =>
        Enum.IsDefined(level)
            ? StepAsync(
                id,
                evidence,
                note =>
                    new NpgsqlBatchCommand("select callintel.verify_subject_request($1, $2, $3)").With(
                        id.Value,
                        (short)level,
                        note
                    ),
                cancellationToken
            )
            : throw SubjectText.Invalid("the level of verification does not exist");

    /// <summary>Records that the receipt of a request was confirmed to the person.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0402</c> the receipt was confirmed before, or the request is
    /// closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task AcknowledgeAsync(SubjectRequestId id, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.acknowledge_subject_request($1)").With(id.Value),
            cancellationToken
        );

    /// <summary>Sets the member who handles a request.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="member">The member, an owner or admin; null removes the assignment.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0261</c> the org has no such member, or the member may not
    /// handle requests; <c>CI0402</c> the request is closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task AssignAsync(SubjectRequestId id, MemberId? member, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.assign_subject_request($1, $2)").With(id.Value, member?.Value),
            cancellationToken
        );

    /// <summary>
    /// Extends the period of a request, once and while it runs: to three months under the GDPR, and to 90 days under
    /// the CCPA, from the receipt. Inform the person before the period ends.
    /// </summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="reason">Why the period is extended.</param>
    /// <param name="note">The reason in words, up to 4,000 characters; null without one. Stored encrypted.</param>
    /// <param name="calendar">The working days. Default: those of the org.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The request with its new deadline.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0401</c> the reason or the note is not valid, or the new
    /// deadline is not later; <c>CI0402</c> the period has ended, was extended before or cannot be extended, or the
    /// request is closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task<SubjectRequest> ExtendAsync(
        SubjectRequestId id,
        ExtensionReason reason,
        string? note = null,
        WorkingCalendar? calendar = null,
        CancellationToken cancellationToken = default
    )
    {
        if (!Enum.IsDefined(reason))
            throw SubjectText.Invalid("the reason of the extension does not exist");
        SubjectRequest request = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        RequestPeriod period = await PeriodAsync(calendar, cancellationToken).ConfigureAwait(false);
        if (period.Extended(request) is not { } due)
            throw new CallIntelException(
                ErrorCodes.SubjectRequestStateRefused,
                "The period of an opt-out under the CCPA cannot be extended.",
                "Answer the request."
            );
        await StepAsync(
                id,
                note,
                envelope =>
                    new NpgsqlBatchCommand("select callintel.extend_subject_request($1, $2, $3, $4)").With(
                        id.Value,
                        due,
                        (short)reason,
                        envelope
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return await FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes a request as denied. The org has to inform the person of the reason and the remedies.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="basis">The legal basis.</param>
    /// <param name="note">The reason in words, up to 4,000 characters; null without one. Stored encrypted.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0401</c> the basis or the note is not valid; <c>CI0402</c> the
    /// request is closed, or was answered in part; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task DenyAsync(
        SubjectRequestId id,
        DenialBasis basis,
        string? note = null,
        CancellationToken cancellationToken = default
    ) =>
        Enum.IsDefined(basis)
            ? StepAsync(
                id,
                note,
                envelope =>
                    new NpgsqlBatchCommand("select callintel.deny_subject_request($1, $2, $3)").With(
                        id.Value,
                        (short)basis,
                        envelope
                    ),
                cancellationToken
            )
            : throw SubjectText.Invalid("the basis of the denial does not exist");

    /// <summary>Closes a request that the person withdrew.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="note">A note, up to 4,000 characters; null without one. Stored encrypted.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0401</c> the note is not valid; <c>CI0402</c> the request is
    /// being executed or closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task CancelAsync(SubjectRequestId id, string? note = null, CancellationToken cancellationToken = default) =>
        StepAsync(
            id,
            note,
            envelope =>
                new NpgsqlBatchCommand("select callintel.cancel_subject_request($1, $2)").With(id.Value, envelope),
            cancellationToken
        );

    /// <summary>Closes a request that repeats another one.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="original">The request that answers both.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request, or the original is a duplicate or the same request; <c>CI0402</c> the
    /// request is being executed or closed; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task MarkDuplicateAsync(
        SubjectRequestId id,
        SubjectRequestId original,
        CancellationToken cancellationToken = default
    ) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.mark_duplicate_subject_request($1, $2)").With(
                id.Value,
                original.Value
            ),
            cancellationToken
        );

    /// <summary>Records that a request was answered.</summary>
    /// <param name="id">The id of the request. Its identity is verified, unless it is an opt-out.</param>
    /// <param name="isWhole">
    /// Whether it was answered in full. Otherwise, the state becomes <see cref="SubjectRequestState.Partial"/>.
    /// </param>
    /// <param name="note">A note, up to 4,000 characters; null without one. Stored encrypted.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0401</c> the note is not valid; <c>CI0402</c> the request is
    /// closed, not verified, on hold, or a request for erasure, which the erasure completes; <c>CI0005</c> the role
    /// does not include the permission.
    /// </exception>
    public Task CompleteAsync(
        SubjectRequestId id,
        bool isWhole = true,
        string? note = null,
        CancellationToken cancellationToken = default
    ) =>
        StepAsync(
            id,
            note,
            envelope =>
                new NpgsqlBatchCommand("select callintel.complete_subject_request($1, $2, $3)").With(
                    id.Value,
                    isWhole,
                    envelope
                ),
            cancellationToken
        );

    /// <summary>
    /// Deletes the records of requests that were closed long ago. The CCPA regulations require records for 24 months
    /// (11 CCR 7101).
    /// </summary>
    /// <param name="months">How many months ago the requests were closed, at least 24.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of requests whose records were deleted.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0401</c> the number is below 24 or above 1,200; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public Task<long> PurgeAsync(int months = 24, CancellationToken cancellationToken = default) =>
        _session.ScalarAsync<long>(
            new NpgsqlBatchCommand("select callintel.purge_subject_requests($1)").With(months),
            cancellationToken
        );

    /// <summary>Takes a step with a note, which is encrypted only for members who may take it.</summary>
    async Task StepAsync(
        SubjectRequestId id,
        string? note,
        Func<byte[]?, NpgsqlBatchCommand> command,
        CancellationToken cancellationToken
    )
    {
        byte[]? text = SubjectText.CheckNote(note);
        if (text is not null)
            await _session.RequireAsync(Permission.ManagePrivacy, cancellationToken).ConfigureAwait(false);
        byte[]? envelope = await SubjectText
            .EncryptNoteAsync(_encryption, id, text, cancellationToken)
            .ConfigureAwait(false);
        await _session.ExecuteAsync(command(envelope), cancellationToken).ConfigureAwait(false);
    }
}
