namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The key-encryption keys of all epochs that one operation needs. Each is loaded once and held until the operation
/// ends; for a key that cannot be loaded, the exception is kept.
/// </summary>
sealed class EpochKeks(OrgKeyRing orgKeys, Guid orgId) : IDisposable
{
    readonly Dictionary<int, (OrgKek? Kek, CallIntelException? Fault)> _keks = [];

    internal async ValueTask<DataKey> UnwrapAsync(DataKeyRecord record, CancellationToken cancellationToken = default)
    {
        OrgKek kek = await GetAsync(record.Epoch, cancellationToken).ConfigureAwait(false);
        return kek.Unwrap(record);
    }

    public void Dispose()
    {
        foreach ((OrgKek? kek, _) in _keks.Values)
            kek?.Dispose();
    }

    async ValueTask<OrgKek> GetAsync(int epoch, CancellationToken cancellationToken)
    {
        if (!_keks.TryGetValue(epoch, out (OrgKek? Kek, CallIntelException? Fault) known))
        {
            try
            {
                known = (await orgKeys.GetKekAsync(orgId, epoch, cancellationToken).ConfigureAwait(false), null);
            }
            catch (CallIntelException e) when (KeyFaults.IsFaultOfTheKey(e))
            {
                known = (null, e);
            }

            _keks[epoch] = known;
        }

        return known.Kek ?? throw known.Fault!;
    }
}
