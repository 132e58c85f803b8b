using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// Runs the steps of an erasure. Where it stands is in the database, so it continues in any process, after any
/// interruption.
/// </summary>
/// <remarks>Thread-safe. Two runs of one erasure do each step once: a step locks, and finds that it is done.</remarks>
sealed class ErasureRunner(SessionTransport session, OrgEncryption encryption, SharedErasures shared)
{
    /// <summary>Events deleted in one transaction.</summary>
    const int EventsAtOnce = 1000;

    /// <summary>How often rows that were stored meanwhile are deleted before giving up.</summary>
    const int MostPasses = 3;

    readonly ErasureStore _store = new(session);
    readonly SubjectNumbers _numbers = new(encryption);

    /// <summary>Runs all steps that are left.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stopBefore">
    /// A step to stop before, as if the process had ended there; null to run to the end.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between steps.</param>
    internal async Task<ErasureProgress> RunAsync(
        Guid request,
        ErasureStep? stopBefore,
        CancellationToken cancellationToken
    )
    {
        _ = shared.Sink;
        for (int passes = 1; ; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            ErasureProgress progress = await _store.ReadAsync(request, cancellationToken).ConfigureAwait(false)
                ?? throw NotFound();
            if (progress.NextStep is ErasureStep.Done || progress.NextStep == stopBefore)
                return progress;
            if (
                !await TakeStepAsync(request, progress, cancellationToken).ConfigureAwait(false)
                && ++passes > MostPasses
            )
                throw new CallIntelException(
                    ErrorCodes.ErasureIncomplete,
                    "Data of a contact remains that should have been erased.",
                    "Run the erasure again; it deletes what was stored meanwhile."
                );
        }
    }

    /// <returns><see langword="false"/> if the verification found rows, so that earlier steps run again.</returns>
    async Task<bool> TakeStepAsync(Guid request, ErasureProgress progress, CancellationToken cancellationToken)
    {
        switch (progress.NextStep)
        {
            case ErasureStep.Ledger:
                List<PartyAddress> numbers = progress.Suppresses
                    ? await _numbers.ReadAsync(progress.Pending, cancellationToken).ConfigureAwait(false)
                    : [];
                await _store
                    .LogAsync(
                        request,
                        await _numbers.DigestsAsync(numbers, cancellationToken).ConfigureAwait(false),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                break;
            case ErasureStep.LedgerCopy:
                await CopyLedgerAsync(cancellationToken).ConfigureAwait(false);
                await _store.ConfirmAsync(request, ErasureStep.LedgerCopy, cancellationToken).ConfigureAwait(false);
                break;
            case ErasureStep.Suppression:
                await _store.SuppressAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case ErasureStep.RejectedRecords:
                await new RejectScan(session, encryption)
                    .RedactAsync(
                        request,
                        await _numbers.ReadAsync(progress.Pending, cancellationToken).ConfigureAwait(false),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await _store
                    .ConfirmAsync(request, ErasureStep.RejectedRecords, cancellationToken)
                    .ConfigureAwait(false);
                break;
            case ErasureStep.Events:
                await _store.EraseEventsAsync(request, EventsAtOnce, cancellationToken).ConfigureAwait(false);
                break;
            case ErasureStep.Contacts:
                await _store.EraseContactsAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case ErasureStep.Keys:
                await DestroyKeysAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case ErasureStep.Verification:
                if (ErasureScan.Left(await _store.CountRowsAsync(request, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    await _store.RepeatAsync(request, cancellationToken).ConfigureAwait(false);
                    return false;
                }
                await _store.ConfirmAsync(request, ErasureStep.Verification, cancellationToken).ConfigureAwait(false);
                break;
            case ErasureStep.Certificate:
                await CertifyAsync(request, cancellationToken).ConfigureAwait(false);
                break;
        }
        return true;
    }

    /// <summary>Copies entries of the ledger that the sink does not have.</summary>
    internal async Task CopyLedgerAsync(CancellationToken cancellationToken)
    {
        OrgId org = session.Identity.Org;
        long height = (await shared.Sink.ReadHeadAsync(org, cancellationToken).ConfigureAwait(false))?.Height ?? 0;
        while (await _store.ReadLedgerAsync(height, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
            foreach (ErasureLedgerEntry entry in page)
            {
                await shared.Sink.AppendAsync(entry, cancellationToken).ConfigureAwait(false);
                height = entry.Height;
                shared.Raise(org, height);
            }
    }

    async Task<List<byte[]>> DestroyKeysAsync(Guid request, CancellationToken cancellationToken)
    {
        List<byte[]> keys = await _store.EraseKeysAsync(request, cancellationToken).ConfigureAwait(false);
        foreach (byte[] key in keys)
            encryption.DataKeys.Invalidate(encryption.Org, new KeyId(key));
        return keys;
    }

    async Task CertifyAsync(Guid request, CancellationToken cancellationToken)
    {
        // A hold that was placed meanwhile has an entry of its own.
        await CopyLedgerAsync(cancellationToken).ConfigureAwait(false);
        ErasureProgress progress = await _store.ReadAsync(request, cancellationToken).ConfigureAwait(false)
            ?? throw NotFound();
        List<(string, string, long)> rows = await _store
            .CountRowsAsync(request, cancellationToken)
            .ConfigureAwait(false);
        List<byte[]> keys = await _store.EraseKeysAsync(request, cancellationToken).ConfigureAwait(false);
        List<ErasedRows> changed = await _store.ReadRowsAsync(request, cancellationToken).ConfigureAwait(false);
        ContactId[] erased = [.. progress.Erased.Concat(progress.Pending)];
        DateTimeOffset now = session.Time.GetUtcNow();
        ErasureStatement statement = new()
        {
            Org = session.Identity.Org,
            RequestId = request,
            RequestedAt = progress.RequestedAt,
            VerifiedAt = now,
            Ledger = progress is { Height: { } height, LedgerDigest: { } digest }
                ? new ErasureLedgerHead(height, Convert.ToHexStringLower(digest))
                : null,
            Contacts = erased,
            DeferredContacts = progress.Deferred,
            Rows = changed,
            DestroyedKeys = [.. keys.Select(Convert.ToHexStringLower)],
            SuppressedNumbers = await SuppressedAsync(request, cancellationToken).ConfigureAwait(false),
            Exemptions =
            [
                .. DataMap
                    .Tables.Where(t => t.Action is ErasureAction.Keep)
                    .Select(t => new ErasureExemption(t.Name, t.Reason!)),
                .. changed
                    .Where(rows => rows is { Action: ErasureAction.Anonymize, Table: "events" or "event_participants" })
                    .Select(rows => new ErasureExemption(rows.Table, DataMap.BelongsToOthers)),
            ],
            VerifiedColumns = rows.Count,
            RowsLeft = ErasureScan.Left(rows),
            FinalMonths =
            [
                .. (
                    await new EventRetention(session).ListDroppedMonthsAsync(cancellationToken).ConfigureAwait(false)
                ).Select(dropped => dropped.Month),
            ],
            BackupsExpireAt = erased.Length == 0 ? null : now + shared.BackupRetention,
        };
        using OrgSignatureKey key = await encryption
            .OrgKeys.GetSignatureKeyAsync(
                encryption.Org,
                ErasureCertificate.KeyUse,
                cancellationToken: cancellationToken
            )
            .ConfigureAwait(false);
        await _store
            .CompleteAsync(request, ErasureCertificate.Sign(statement, key).Text, cancellationToken)
            .ConfigureAwait(false);
    }

    async Task<int> SuppressedAsync(Guid request, CancellationToken cancellationToken)
    {
        HashSet<Guid> numbers = [];
        long after = 0;
        while (await _store.ReadLedgerAsync(after, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
        {
            numbers.UnionWith(page.Where(e => e.RequestId == request).SelectMany(e => e.NumberDigests));
            after = page[^1].Height;
        }
        return numbers.Count;
    }

    static CallIntelException NotFound() =>
        new(ErrorCodes.ErasureNotFound, "The org has no such erasure.", "Ask for the erasure first.");
}
