namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// The valid signatures that this process received, until their windows end. Only signatures of the provider are added,
/// so the size is limited by what the provider sends in a window.
/// </summary>
sealed class SeenSignatures
{
    readonly Dictionary<Guid, DateTimeOffset> _seen = [];
    readonly PriorityQueue<Guid, DateTimeOffset> _ends = new();
    readonly Lock _gate = new();

    /// <returns><see langword="false"/> if the signature is already present.</returns>
    internal bool TryAdd(ReadOnlySpan<byte> signature, DateTimeOffset end, DateTimeOffset now)
    {
        Guid key = new(signature[..16]);
        lock (_gate)
        {
            while (_ends.TryPeek(out Guid ended, out DateTimeOffset when) && when < now)
            {
                _ends.Dequeue();
                if (_seen.TryGetValue(ended, out DateTimeOffset last) && last < now)
                    _seen.Remove(ended);
            }
            if (!_seen.TryAdd(key, end))
                return false;
            _ends.Enqueue(key, end);
            return true;
        }
    }

    internal void Remove(ReadOnlySpan<byte> signature)
    {
        lock (_gate)
            _seen.Remove(new Guid(signature[..16]));
    }
}
