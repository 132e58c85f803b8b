namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// The valid signatures of this process until their windows end. Bounded by what the provider signs in a window: nobody
/// else's come here.
/// </summary>
sealed class SeenSignatures
{
    readonly Dictionary<Guid, DateTimeOffset> _seen = [];
    readonly PriorityQueue<Guid, DateTimeOffset> _ends = new();
    readonly Lock _gate = new();

    /// <returns>False if it is there already.</returns>
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
