using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Asks for erasures, runs them, and reads their progress and certificates. Thread-safe.</summary>
sealed class SubjectErasures(
    SessionTransport session,
    OrgEncryption encryption,
    SharedErasures shared,
    JobSignal enqueued,
    Action forgetContacts
)
{
    readonly ErasureStore _store = new(session);

    internal ErasureRunner Runner { get; } = new(session, encryption, shared);

    internal LegalHolds Holds { get; } = new(session, encryption);

    internal SuppressedNumbers Suppressed { get; } = new(session, encryption, forgetContacts);

    internal EventRetention Retention { get; } = new(session);

    internal async Task<JobId> EnqueueRetentionAsync(CancellationToken cancellationToken)
    {
        JobId job = new(await Retention.EnqueueAsync(cancellationToken).ConfigureAwait(false));
        enqueued.Raise();
        return job;
    }

    /// <summary>Records an erasure. Nothing is deleted yet.</summary>
    internal async Task RequestAsync(Guid request, bool suppress, CancellationToken cancellationToken)
    {
        _ = shared.Sink;
        await _store.RequestAsync(request, suppress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs an erasure to its end in this call.</summary>
    internal async Task<ErasureCertificate> RunAsync(Guid request, CancellationToken cancellationToken)
    {
        await Runner.RunAsync(request, stopBefore: null, cancellationToken).ConfigureAwait(false);
        forgetContacts();
        return (await _store.ReadCertificatesAsync(request, cancellationToken).ConfigureAwait(false))[^1];
    }

    /// <summary>Lets a worker run an erasure.</summary>
    internal async Task<JobId> EnqueueAsync(Guid request, CancellationToken cancellationToken)
    {
        _ = shared.Sink;
        JobId job = new(await _store.EnqueueAsync(request, cancellationToken).ConfigureAwait(false));
        enqueued.Raise();
        return job;
    }

    internal async Task<ErasureProgress> ReadAsync(Guid request, CancellationToken cancellationToken) =>
        await _store.ReadAsync(request, cancellationToken).ConfigureAwait(false)
        ?? throw new CallIntelException(
            ErrorCodes.ErasureNotFound,
            "The org has no such erasure.",
            "Ask for the erasure first."
        );

    internal async Task<IReadOnlyList<ErasureCertificate>> CertificatesAsync(
        Guid request,
        CancellationToken cancellationToken
    ) => await _store.ReadCertificatesAsync(request, cancellationToken).ConfigureAwait(false);

    internal async Task<IReadOnlyList<Guid>> ReleaseAsync(LegalHoldId hold, CancellationToken cancellationToken)
    {
        Guid[] continued = await Holds.ReleaseAsync(hold, cancellationToken).ConfigureAwait(false);
        if (continued.Length > 0)
            enqueued.Raise();
        return continued;
    }

    /// <summary>Repeats the erasures that the database lacks, and ends those that it has in part.</summary>
    /// <returns>The number of ledger entries that were repeated.</returns>
    internal async Task<long> ReplayAsync(CancellationToken cancellationToken)
    {
        (long inEffect, long inLedger) = await _store.ReadHeightAsync(cancellationToken).ConfigureAwait(false);
        HashSet<Guid> requests = [];
        await foreach (
            ErasureLedgerEntry entry in shared
                .Sink.ReadAsync(session.Identity.Org, inEffect, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            requests.Add(entry.RequestId);
            if (entry.Height > inLedger)
                await _store.ReplayAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        foreach (Guid request in requests)
            await Runner.RunAsync(request, stopBefore: null, cancellationToken).ConfigureAwait(false);
        foreach (Guid request in await _store.ListUnfinishedAsync(cancellationToken).ConfigureAwait(false))
            await Runner.RunAsync(request, stopBefore: null, cancellationToken).ConfigureAwait(false);
        long height = await _store.FinishReplayAsync(cancellationToken).ConfigureAwait(false);
        // Legal holds can have deferred some of it, with entries of their own.
        await Runner.CopyLedgerAsync(cancellationToken).ConfigureAwait(false);
        shared.Raise(session.Identity.Org, height);
        forgetContacts();
        return height - inEffect;
    }

    /// <summary>Returns whether the org issued a certificate.</summary>
    internal async Task<bool> VerifyAsync(ErasureCertificate certificate, CancellationToken cancellationToken)
    {
        if (certificate.Statement.Org != session.Identity.Org)
            return false;
        try
        {
            using OrgSignatureKey key = await KeyAsync(certificate.KeyVersion, cancellationToken).ConfigureAwait(false);
            return certificate.Verify(key);
        }
        catch (CallIntelException e) when (e.Code == Crypto.CryptoErrorCodes.OrgKeyMissing)
        {
            return false;
        }
    }

    internal async Task<byte[]> ExportKeyAsync(int? version, CancellationToken cancellationToken)
    {
        using OrgSignatureKey key = await KeyAsync(version, cancellationToken).ConfigureAwait(false);
        return key.ExportPublicKey();
    }

    async Task<OrgSignatureKey> KeyAsync(int? version, CancellationToken cancellationToken) =>
        await encryption
            .OrgKeys.GetSignatureKeyAsync(encryption.Org, ErasureCertificate.KeyUse, version, cancellationToken)
            .ConfigureAwait(false);
}
