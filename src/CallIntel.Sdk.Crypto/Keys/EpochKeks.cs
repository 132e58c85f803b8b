namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The org keys of the epochs that one piece of work meets, each taken once and held until the end.</summary>
internal sealed class EpochKeks(OrgKeyRing orgKeys, Guid orgId) : IDisposable
{
    private readonly Dictionary<int, OrgKek> _keks = [];

    private async ValueTask<OrgKek> GetAsync(int epoch, CancellationToken cancellationToken)
    {
        if (!_keks.TryGetValue(epoch, out OrgKek? kek))
            _keks[epoch] = kek = await orgKeys.GetKekAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);

        return kek;
    }

    internal async ValueTask<DataKey> UnwrapAsync(DataKeyRecord record, CancellationToken cancellationToken = default)
    {
        OrgKek kek = await GetAsync(record.Epoch, cancellationToken).ConfigureAwait(false);
        return kek.Unwrap(record);
    }

    public void Dispose()
    {
        foreach (OrgKek kek in _keks.Values)
            kek.Dispose();
    }
}
