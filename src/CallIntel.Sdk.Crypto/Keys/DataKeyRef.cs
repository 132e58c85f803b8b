namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// What a <see cref="DataKeyCache"/> knows about one key and, if the key is there, the right to encrypt and decrypt
/// with it.
/// </summary>
/// <remarks>
/// Owns nothing: it can be copied freely, and there is nothing to dispose. It works while the lease or the set that it
/// came from is held.
/// Used after that, or after the lease's deadline, encrypting answers <see cref="Envelope.EncryptResult.KeyUnavailable"/> and decrypting
/// <see cref="Envelope.DecryptResult.UnknownKey"/>; no call ever uses a zeroed key. Thread-safe.
/// </remarks>
public readonly struct DataKeyRef
{
    internal DataKeyRef(KeyLookup status, DataKey? value, string? faultCode = null)
    {
        Status = status;
        Loaded = value;
        FaultCode = faultCode;
    }

    /// <summary>What is known about the key.</summary>
    /// <value><see cref="KeyLookup.NotCached"/> for the default value.</value>
    public KeyLookup Status { get; }

    /// <summary>Why a key is <see cref="KeyLookup.Damaged"/>: one of <see cref="CryptoErrorCodes"/>.</summary>
    /// <value><see langword="null"/> for every other status.</value>
    public string? FaultCode { get; }

    /// <summary>The id of the key.</summary>
    /// <exception cref="InvalidOperationException">The status is not <see cref="KeyLookup.Ready"/>.</exception>
    public KeyId Id => Require().Id;

    /// <summary>Whose data the key protects.</summary>
    /// <exception cref="InvalidOperationException">The status is not <see cref="KeyLookup.Ready"/>.</exception>
    public KeySubject Subject => Require().Subject;

    /// <summary>How many uses are reserved for the key in this process and not yet spent.</summary>
    /// <value>0 for a key that is not ready, or was loaded to decrypt only.</value>
    public long Allowance => Loaded?.Allowance ?? 0;

    internal DataKey? Loaded { get; }

    /// <summary>The key of an answer that is known to be ready.</summary>
    internal DataKey Value => Require();

    /// <summary>The status and, if the key is ready, its id and purpose. Never the key.</summary>
    /// <returns>For logs.</returns>
    public override string ToString() => Loaded is null ? Status.ToString() : $"{Status} {Loaded}";

    /// <summary>
    /// Keeps the key for one more holder. A key that is gone cannot be held; an answer without a key always can.
    /// </summary>
    internal bool TryHold() => Loaded is null || Loaded.TryHold();

    internal void Unhold() => Loaded?.Unhold();

    private DataKey Require() =>
        Loaded ?? throw new InvalidOperationException("Only a key whose status is Ready has an id and a subject.");
}
