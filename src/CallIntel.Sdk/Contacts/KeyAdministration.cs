using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

/// <summary>Rotates and destroys the keys of the session's org.</summary>
/// <remarks>
/// Thread-safe. Rotation requires <see cref="Permission.ManageKeys"/>, crypto-shredding
/// <see cref="Permission.ManagePrivacy"/>.
/// </remarks>
public sealed class KeyAdministration
{
    readonly OrgEncryption _encryption;
    readonly JobSignal _enqueued;

    internal KeyAdministration(OrgEncryption encryption, JobSignal enqueued) =>
        (_encryption, _enqueued) = (encryption, enqueued);

    /// <summary>
    /// Lets a worker run <see cref="RotateAsync"/>, so that the rotation continues if a process ends.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the job. While it waits, another call returns the same id.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManageKeys</c>.</exception>
    public Task<JobId> EnqueueRotationAsync(CancellationToken cancellationToken = default) =>
        EnqueueAsync("select callintel.enqueue_key_rotation()", cancellationToken);

    /// <summary>
    /// Lets a worker run <see cref="RotateBlindIndexAsync"/>, so that the rotation continues if a process ends.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the job. While it waits, another call returns the same id.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManageKeys</c>.</exception>
    public Task<JobId> EnqueueBlindIndexRotationAsync(CancellationToken cancellationToken = default) =>
        EnqueueAsync("select callintel.enqueue_number_rotation()", cancellationToken);

    async Task<JobId> EnqueueAsync(string sql, CancellationToken cancellationToken)
    {
        Guid job = await _encryption
            .Session.ScalarAsync<Guid>(new NpgsqlBatchCommand(sql), cancellationToken)
            .ConfigureAwait(false);
        _enqueued.Raise();
        return new JobId(job);
    }

    /// <summary>
    /// Rotates the org's key: rewraps every data key with a new epoch of it. Encrypted data is not changed. If a run is
    /// interrupted, the next one continues it.
    /// </summary>
    /// <param name="progress">Receives the progress after every page of keys.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between pages.</param>
    /// <returns>The progress made. No keys remain when the rotation is complete.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManageKeys</c>.</exception>
    public Task<RewrapProgress> RotateAsync(
        IProgress<RewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        _encryption.WithEpochsAsync(epochs =>
            epochs.RotateAsync(_encryption.Org, progress: progress, cancellationToken: cancellationToken)
        );

    /// <summary>Destroys the epochs that no data key is wrapped with. This cannot be undone.</summary>
    /// <remarks>
    /// Older backups still contain these epochs and can be read until the root key that wraps them is destroyed too;
    /// see <see cref="CallIntelOperations.RewrapOrgKeysAsync"/>.
    /// </remarks>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The numbers of the destroyed epochs.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManageKeys</c>; <c>CI0140</c> a data key is still wrapped with an old
    /// epoch.
    /// </exception>
    public Task<IReadOnlyList<int>> DestroyOldEpochsAsync(CancellationToken cancellationToken = default) =>
        _encryption.WithEpochsAsync(epochs => epochs.DestroyOldEpochsAsync(_encryption.Org, cancellationToken));

    /// <summary>
    /// Rotates the blind-index key: re-indexes every number of the org's contacts with a new key version. Continues an
    /// unfinished rotation; a new version is created only after <see cref="DestroyOldBlindIndexesAsync"/> has completed
    /// the previous one.
    /// </summary>
    /// <param name="progress">Receives the progress after every page of numbers.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between pages; completed pages are kept.
    /// </param>
    /// <returns>The progress made. No numbers remain when the rotation is complete.</returns>
    /// <remarks>
    /// Applications can keep running: until the rotation is complete, numbers are looked up with both versions and
    /// stored with the new one. Every number is decrypted, encrypted for its new index and verified before the old row
    /// is deleted. The number of a contact whose keys were crypto-shredded cannot be re-indexed. It is deleted, and a
    /// later event with the number creates a new contact.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManageKeys</c>; <c>CI0143</c> another process has created a newer
    /// version: repeat the call; <c>CI0145</c> a number could not be verified after encryption, and nothing of its page
    /// was changed.
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
    /// Destroys blind-index key versions that no stored number uses. This cannot be undone.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between steps.</param>
    /// <returns>The destroyed versions.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManageKeys</c>; <c>CI0144</c> a number still uses an old version.
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
    /// Crypto-shreds a contact: destroys its keys, so that its content, numbers and names become unreadable everywhere
    /// and no protected data of the person is stored again. This cannot be undone.
    /// </summary>
    /// <param name="contact">The contact. Repeating the call changes nothing.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of keys destroyed. A contact without keys returns 0 and can never get one.</returns>
    /// <remarks>
    /// This process drops the cached keys immediately. Other processes drop them when they are notified or when the
    /// cached keys expire. Backups remain readable until the epoch has been rotated, the old epoch destroyed, and the
    /// root key that wraps it destroyed too.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManagePrivacy</c>; <c>CI0152</c> the contact does not exist, and
    /// nothing was changed; <c>CI0198</c> the contact is hidden and the session has no purpose; <c>CI0410</c> the
    /// contact is under a legal hold.
    /// </exception>
    public Task<int> CryptoShredAsync(ContactId contact, CancellationToken cancellationToken = default) =>
        _encryption.ShredAsync(KeySubject.Person(contact.Value), cancellationToken);
}
