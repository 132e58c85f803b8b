namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// What a <see cref="DataKeyCache"/> knows about one key and, if the key was found, the key to encrypt and decrypt
/// with.
/// </summary>
/// <remarks>
/// Thread-safe. It owns nothing, so copy it freely and do not dispose it. It works until the lease or set that it came
/// from is disposed or its deadline passes. After that, encrypting reports that the key is unavailable and decrypting
/// that it is unknown. No call ever uses a zeroed key.
/// </remarks>
public readonly struct DataKeyRef
{
    internal DataKeyRef(KeyLookup status, DataKey? value, string? faultCode = null)
    {
        Status = status;
        Loaded = value;
        FaultCode = faultCode;
    }

    /// <summary>Gets the result of the lookup.</summary>
    /// <value><see cref="KeyLookup.NotCached"/> for the default value.</value>
    public KeyLookup Status { get; }

    /// <summary>Gets why a key is <see cref="KeyLookup.Damaged"/>: one of <see cref="CryptoErrorCodes"/>.</summary>
    /// <value><see langword="null"/> for every other status.</value>
    public string? FaultCode { get; }

    /// <summary>Gets the id of the key.</summary>
    /// <exception cref="InvalidOperationException">The status is not <see cref="KeyLookup.Ready"/>.</exception>
    public KeyId Id => Value.Id;

    /// <summary>Gets whose data the key protects.</summary>
    /// <exception cref="InvalidOperationException">The status is not <see cref="KeyLookup.Ready"/>.</exception>
    public KeySubject Subject => Value.Subject;

    /// <summary>How many values the key may still encrypt in this process. 0 if there is no key.</summary>
    internal long Allowance => Loaded?.Allowance ?? 0;

    internal DataKey? Loaded { get; }

    /// <summary>The key, if the status is known to be <see cref="KeyLookup.Ready"/>.</summary>
    internal DataKey Value =>
        Loaded ?? throw new InvalidOperationException("Only a key whose status is Ready has an id and a subject.");

    /// <summary>Returns the status and, if the key was found, its purpose and id, for logs.</summary>
    /// <returns>The text. It never contains the key.</returns>
    public override string ToString() => Loaded is null ? Status.ToString() : $"{Status} {Loaded}";

    /// <summary>
    /// Adds a holder of the key; false if the key is gone. A result without a key can always be held.
    /// </summary>
    internal bool TryHold() => Loaded is null || Loaded.TryHold();

    internal void Unhold() => Loaded?.Unhold();
}
