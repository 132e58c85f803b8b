using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    /// <summary>
    /// Erases the contacts of a request, with everything that is stored about them, and returns a signed certificate.
    /// Runs in this call until it is done.
    /// </summary>
    /// <param name="request">A request for erasure whose identity is verified and whose contacts are known.</param>
    /// <param name="suppress">
    /// Whether ingestion keeps the numbers out from now on. Default: <see langword="true"/>. Otherwise, the next import
    /// that contains the person stores the data again.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between steps.</param>
    /// <returns>The certificate. If the erasure was done before, its latest certificate.</returns>
    /// <remarks>
    /// Contacts that are merged with them are erased too. Contacts under a legal hold are deferred: the certificate
    /// names them, and <see cref="ReleaseAsync"/> continues their erasure. An erasure that is interrupted continues
    /// where it stopped: call the method again, or let a worker run it with <see cref="EnqueueErasureAsync"/>. Data of
    /// others in which the person occurs stays; see <c>docs/guides/erasure.md</c>.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0370</c> no sink for the ledger of erasures is configured; <c>CI0400</c> the org has no such request;
    /// <c>CI0402</c> it is not a request for erasure, or its identity was not verified; <c>CI0152</c> it names no
    /// contact; <c>CI0198</c> a contact is hidden and the session has no purpose; <c>CI0376</c> data is still being
    /// stored: repeat the call; <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public async Task<ErasureCertificate> EraseAsync(
        SubjectRequestId request,
        bool suppress = true,
        CancellationToken cancellationToken = default
    )
    {
        await Erasures.RequestAsync(request.Value, suppress, cancellationToken).ConfigureAwait(false);
        return await Erasures.RunAsync(request.Value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets a worker (<see cref="CallIntelWorker"/>) run <see cref="EraseAsync"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="suppress">Whether ingestion keeps the numbers out. Default: <see langword="true"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the job. <see cref="ReadErasureAsync"/> returns its progress.</returns>
    /// <exception cref="CallIntelException">The codes of <see cref="EraseAsync"/>, except <c>CI0376</c>.</exception>
    public async Task<JobId> EnqueueErasureAsync(
        SubjectRequestId request,
        bool suppress = true,
        CancellationToken cancellationToken = default
    )
    {
        await Erasures.RequestAsync(request.Value, suppress, cancellationToken).ConfigureAwait(false);
        return await Erasures.EnqueueAsync(request.Value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns how far an erasure has come.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0373</c> no erasure was asked for; <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public Task<ErasureProgress> ReadErasureAsync(
        SubjectRequestId request,
        CancellationToken cancellationToken = default
    ) => Erasures.ReadAsync(request.Value, cancellationToken);

    /// <summary>Returns the certificates of an erasure, the oldest first: one for each deferred part.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The certificates; empty until the erasure is done.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public Task<IReadOnlyList<ErasureCertificate>> ListCertificatesAsync(
        SubjectRequestId request,
        CancellationToken cancellationToken = default
    ) => Erasures.CertificatesAsync(request.Value, cancellationToken);

    /// <summary>Returns whether this org issued a certificate and nobody changed it.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The keys of the org cannot be read; see the error code.</exception>
    public Task<bool> VerifyCertificateAsync(
        ErasureCertificate certificate,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Erasures.VerifyAsync(certificate, cancellationToken);
    }

    /// <summary>Returns the public key that verifies certificates, for people without access to the org.</summary>
    /// <param name="version">
    /// The version of the key: <see cref="ErasureCertificate.KeyVersion"/>. Default: the current version.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The key as DER-encoded SubjectPublicKeyInfo.</returns>
    /// <exception cref="CallIntelException">The keys of the org cannot be read; see the error code.</exception>
    public Task<byte[]> ExportCertificateKeyAsync(int? version = null, CancellationToken cancellationToken = default) =>
        Erasures.ExportKeyAsync(version, cancellationToken);

    /// <summary>
    /// Puts a contact under a legal hold: neither erasure nor retention deletes its data until the hold is released.
    /// </summary>
    /// <param name="contact">The contact. A hold also covers the contacts that it is merged with.</param>
    /// <param name="reason">Why the data has to be kept.</param>
    /// <param name="note">The reason in words, stored encrypted; 1 to 4,000 characters. Default: no note.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the hold. A contact can be under several holds.</returns>
    /// <remarks>
    /// A hold also stops an erasure that was asked for or is running; what was deleted before stays deleted.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0152</c> the contact does not exist, or it is hidden and the session has no purpose; <c>CI0371</c> the
    /// reason or the note is not valid; <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public Task<LegalHoldId> HoldAsync(
        ContactId contact,
        LegalHoldReason reason,
        string? note = null,
        CancellationToken cancellationToken = default
    ) => Erasures.Holds.PlaceAsync(contact, reason, note, cancellationToken);

    /// <summary>
    /// Releases a legal hold. A worker then continues the erasures that it deferred, if no other hold is left.
    /// </summary>
    /// <param name="hold">The hold. Releasing it again has no effect.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The requests whose erasures a worker continues. <see cref="EraseAsync"/> can run them, too.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0372</c> the org has no such hold; <c>CI0198</c> the contact is hidden and the session has no purpose;
    /// <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public async Task<IReadOnlyList<SubjectRequestId>> ReleaseAsync(
        LegalHoldId hold,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. (await Erasures.ReleaseAsync(hold, cancellationToken).ConfigureAwait(false)).Select(
                id => new SubjectRequestId(id)
            ),
        ];

    /// <summary>Returns the legal holds of the org, the oldest first, including released ones.</summary>
    /// <param name="contact">Returns only the holds of this contact. Default: those of all contacts.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The holds. Those of hidden contacts are omitted in a session without a purpose.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public async Task<IReadOnlyList<LegalHold>> ListHoldsAsync(
        ContactId? contact = null,
        CancellationToken cancellationToken = default
    ) => await Erasures.Holds.ListAsync(contact, cancellationToken).ConfigureAwait(false);
}
