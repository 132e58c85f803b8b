using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>Rotating and destroying the keys of the session's org.</summary>
/// <remarks>
/// Thread-safe. Rotation needs <see cref="Permission.ManageKeys"/>, shredding <see cref="Permission.ManagePrivacy"/>.
/// </remarks>
public sealed class KeyAdministration
{
    readonly OrgEncryption _encryption;

    internal KeyAdministration(OrgEncryption encryption) => _encryption = encryption;

    /// <summary>
    /// Moves every data key of the org under a new epoch. No data is touched; an interrupted run is taken up where it
    /// stopped by the next.
    /// </summary>
    /// <param name="progress">Told after every page of keys.</param>
    /// <param name="cancellationToken">Cancels between pages.</param>
    /// <returns>How far it came; nothing remains when it is done.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c> the role may not manage keys.</exception>
    public Task<RewrapProgress> RotateAsync(
        IProgress<RewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        _encryption.WithEpochsAsync(epochs =>
            epochs.RotateAsync(_encryption.Org, progress: progress, cancellationToken: cancellationToken)
        );

    /// <summary>Destroys the epochs that no data key is under any more. Cannot be undone.</summary>
    /// <remarks>
    /// Backups from before hold them still, and can be read until the root key above them is destroyed too:
    /// <see cref="CallIntelOperations.RewrapOrgKeysAsync"/>.
    /// </remarks>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The epochs destroyed.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not manage keys; <c>CI0140</c> a data key is still under an old epoch.
    /// </exception>
    public Task<IReadOnlyList<int>> DestroyOldEpochsAsync(CancellationToken cancellationToken = default) =>
        _encryption.WithEpochsAsync(epochs => epochs.DestroyOldEpochsAsync(_encryption.Org, cancellationToken));

    /// <summary>
    /// Moves every number of the org's contacts under a new version of the key of the blind index, or goes on with a
    /// rotation that is not over: a further version is made only when <see cref="DestroyOldBlindIndexesAsync"/> has
    /// ended the last one.
    /// </summary>
    /// <param name="progress">Told after every page of numbers.</param>
    /// <param name="cancellationToken">Cancels between pages; what was done stays done.</param>
    /// <returns>How far it came; nothing remains when it is done.</returns>
    /// <remarks>
    /// May run beside everything else: until it is over, numbers are looked for under both versions and stored under
    /// the new one. Every number is decrypted, encrypted for its new index and opened there before the old one goes.
    /// The number of a contact whose keys were shredded cannot be moved; it is deleted, and when it comes again it is
    /// somebody new.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not manage keys; <c>CI0143</c> another process has made a further version meanwhile:
    /// repeat the call; <c>CI0145</c> a number did not open again, and nothing of its page was changed.
    /// </exception>
    public async Task<ReindexProgress> RotateBlindIndexAsync(
        IProgress<ReindexProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if ((await _encryption.LiveNumberIndexesAsync(cancellationToken).ConfigureAwait(false)).Count == 1)
            await _encryption.RotateNumberIndexAsync(cancellationToken).ConfigureAwait(false);
        else
            _encryption.ForgetOrgKeys();
        return await new NumberReindexer(_encryption).RunAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Destroys the versions of the key of the blind index that no number is under any more. Cannot be undone.
    /// </summary>
    /// <param name="cancellationToken">Cancels between steps.</param>
    /// <returns>The versions destroyed.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not manage keys; <c>CI0144</c> a number is still under an old version.
    /// </exception>
    public async Task<IReadOnlyList<int>> DestroyOldBlindIndexesAsync(CancellationToken cancellationToken = default)
    {
        List<int> destroyed = [];
        foreach (
            OrgKeyRecord index in await _encryption.LiveNumberIndexesAsync(cancellationToken).ConfigureAwait(false)
        )
            if (index.State != KeyState.Active)
            {
                await _encryption.DestroyNumberIndexAsync(index, cancellationToken).ConfigureAwait(false);
                destroyed.Add(index.Version);
            }
        _encryption.ForgetOrgKeys();
        return destroyed;
    }

    /// <summary>
    /// Destroys the keys of a contact: their content, numbers and names are unreadable from then on, everywhere, and
    /// nothing protected of theirs is stored again. Cannot be undone.
    /// </summary>
    /// <param name="contact">The contact. Shredding one again changes nothing.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>How many keys the contact had; 0 for one that had none, which never gets one from then on.</returns>
    /// <remarks>
    /// This process forgets the keys at once, others when they are told or when their cache's time to live has passed.
    /// Backups stay readable until the epoch is rotated, the old one destroyed, and with it the root key above it.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not shred; <c>CI0152</c> there is no such contact, and nothing was changed;
    /// <c>CI0198</c> the contact is hidden and the session has no purpose.
    /// </exception>
    public Task<int> CryptoShredAsync(ContactId contact, CancellationToken cancellationToken = default) =>
        _encryption.ShredAsync(KeySubject.Person(contact.Value), cancellationToken);
}
