using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// The register of data subject requests, and the steps that answer them. The history of a request and the audit
/// log record every change.
/// </summary>
/// <remarks>
/// Thread-safe. Requires <see cref="Permission.ManagePrivacy"/>, which owners and admins have. Identities and notes are
/// stored encrypted, and the access ledger records each time they are read.
/// </remarks>
public sealed partial class SubjectRequestRegister
{
    const string OpenSql = "select callintel.open_subject_request($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;
    readonly OrgSettings _organization;
    readonly ContactDirectory _contacts;

    internal SubjectRequestRegister(
        SessionTransport session,
        OrgEncryption encryption,
        OrgSettings organization,
        ContactDirectory contacts,
        SubjectErasures erasures
    ) =>
        (_session, _encryption, _organization, _contacts, Erasures) = (
            session,
            encryption,
            organization,
            contacts,
            erasures
        );

    internal SubjectErasures Erasures { get; }

    /// <summary>Enters a request in the register and computes its deadlines.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The request, and open requests that it may repeat.</returns>
    /// <remarks>
    /// Deadlines are computed in the home zone of the org, see <see cref="OrgSettings"/>; without one, in UTC.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0401</c> the request has neither identities nor contacts, too many, an invalid value, or a time of receipt
    /// or deadline that is out of range; <c>CI0152</c> a contact does not exist; <c>CI0005</c> the role does not
    /// include the permission.
    /// </exception>
    public async Task<OpenedSubjectRequest> OpenAsync(
        NewSubjectRequest request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        await _session.RequireAsync(Permission.ManagePrivacy, cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = _session.Time.GetUtcNow(),
            received = (request.ReceivedAt ?? now).ToUniversalTime();
        RequestPeriod period = await PeriodAsync(request.Calendar, cancellationToken).ConfigureAwait(false);
        SubjectRequestId id = new(Guid.CreateVersion7(now));
        byte[][] envelopes = await EncryptAsync(id, request.Identities, cancellationToken).ConfigureAwait(false);
        PartyAddress?[] addresses = [.. request.Identities.Select(SubjectAddress.Create)];
        IReadOnlyList<SubjectRequestId> similar = [];
        if (addresses.Any(address => address is not null))
            similar = await _encryption
                .WithNumberIndexAsync(
                    async keys =>
                    {
                        IReadOnlyList<SubjectRequestId> found = await FindSimilarAsync(keys).ConfigureAwait(false);
                        await InsertAsync(
                                [.. addresses.Select(address => address?.IndexUnder(keys.Active))],
                                keys.Active.Version
                            )
                            .ConfigureAwait(false);
                        return found;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        else
            await InsertAsync(new Guid?[addresses.Length], null).ConfigureAwait(false);
        return new OpenedSubjectRequest(await FindAsync(id, cancellationToken).ConfigureAwait(false), similar);

        async Task<IReadOnlyList<SubjectRequestId>> FindSimilarAsync(BlindIndexKeys keys) =>
            await _session
                .ListAsync(
                    new NpgsqlBatchCommand("select request_id from callintel.find_subject_requests($1, $2)").With(
                        SubjectAddress.Indexes(addresses, keys),
                        (short)request.Type
                    ),
                    row => new SubjectRequestId(row.GetGuid(0)),
                    cancellationToken
                )
                .ConfigureAwait(false);

        Task InsertAsync(Guid?[] indexes, int? version) =>
            _session.ExecuteAsync(
                new NpgsqlBatchCommand(OpenSql).With(
                    id.Value,
                    (short)request.Regulation,
                    (short)request.Type,
                    (short)request.Manner,
                    received.UtcDateTime,
                    period.Acknowledgement(request, received),
                    period.Due(request, received),
                    SqlValue.Column(NpgsqlDbType.Smallint, request.Identities, identity => (short)identity.Kind),
                    envelopes,
                    SqlValue.Column(NpgsqlDbType.Uuid, indexes, index => index),
                    version,
                    (Guid[])[.. request.Contacts.Select(contact => contact.Value)]
                ),
                cancellationToken
            );
    }

    async Task<RequestPeriod> PeriodAsync(WorkingCalendar? calendar, CancellationToken cancellationToken)
    {
        BusinessHours? hours = await _organization.GetBusinessHoursAsync(cancellationToken).ConfigureAwait(false);
        return new RequestPeriod(
            calendar ?? WorkingCalendar.Create(hours),
            hours is not null && TimeZoneInfo.TryFindSystemTimeZoneById(hours.HomeZone, out TimeZoneInfo? zone)
                ? zone
                : TimeZoneInfo.Utc
        );
    }

    async Task<byte[][]> EncryptAsync(
        SubjectRequestId id,
        IReadOnlyList<SubjectIdentity> identities,
        CancellationToken cancellationToken
    )
    {
        if (identities.Count == 0)
            return [];
        KeySubject register = ScopeKeys.SubjectRequests(_session.Time.GetUtcNow());
        using DataKeySet<KeySubject> keys = await _encryption
            .RentForEncryptionAsync([new KeyDemand(register, identities.Count)], cancellationToken)
            .ConfigureAwait(false);
        byte[][] envelopes = new byte[identities.Count][];
        for (int i = 0; i < envelopes.Length; i++)
            envelopes[i] = Envelopes.Encrypt(
                keys[register],
                _encryption.Fields.SubjectIdentity,
                ScopeKeys.RejectRowId(id.Value, i + 1),
                SubjectText.Plaintext(identities[i])
            );
        return envelopes;
    }

    static void Check(NewSubjectRequest request)
    {
        if (
            !Enum.IsDefined(request.Regulation)
            || !Enum.IsDefined(request.Type)
            || !Enum.IsDefined(request.Manner)
            || request.Identities.Any(identity => !Enum.IsDefined(identity.Kind))
        )
            throw SubjectText.Invalid("the regulation, the type, the manner or a kind does not exist");
        if (request.Identities.Count + request.Contacts.Count is 0 or > NewSubjectRequest.MaxSubjects)
            throw SubjectText.Invalid($"it needs 1 to {NewSubjectRequest.MaxSubjects} identities and contacts");
        foreach (SubjectIdentity identity in request.Identities)
        {
            if (identity.Value is null || !NameText.IsValid(identity.Value, SubjectIdentity.MaxLength))
                throw SubjectText.Invalid(
                    $"an identity has 1 to {SubjectIdentity.MaxLength} characters without control characters"
                );
            PhoneRegion.Check(identity.Region);
        }
    }
}
