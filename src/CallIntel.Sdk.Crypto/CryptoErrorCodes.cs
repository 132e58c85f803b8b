namespace CallIntel.Sdk.Crypto;

/// <summary>
/// The stable error codes of this package, CI0100 to CI0199. Each has a page in <c>docs/diagnostics</c>.
/// </summary>
public static class CryptoErrorCodes
{
    /// <summary>No key-ring file exists at the given path.</summary>
    public const string KeyRingNotFound = "CI0100";

    /// <summary>Users other than the owner can access the key-ring file or write to its folder.</summary>
    public const string KeyRingNotPrivate = "CI0101";

    /// <summary>The key-ring file is empty, truncated or not a key ring.</summary>
    public const string KeyRingMalformed = "CI0102";

    /// <summary>The key-ring file has a format version that this version of CallIntel cannot read.</summary>
    public const string KeyRingVersionUnsupported = "CI0103";

    /// <summary>The passphrase or environment key cannot decrypt the key ring, or a key in it is damaged.</summary>
    public const string KeyRingSecretWrong = "CI0104";

    /// <summary>The key ring has another kind of protection than it was opened with.</summary>
    public const string KeyRingProtectionMismatch = "CI0105";

    /// <summary>A key ring cannot be created, because one exists at the path.</summary>
    public const string KeyRingExists = "CI0106";

    /// <summary>Another process holds the lock of the key ring.</summary>
    public const string KeyRingBusy = "CI0107";

    /// <summary>The passphrase derivation of the key ring has too few or too many iterations.</summary>
    public const string KeyRingDerivationRefused = "CI0108";

    /// <summary>The key ring could not be read or durably written.</summary>
    public const string KeyRingIoFailed = "CI0109";

    /// <summary>The environment variable of a root key is not set.</summary>
    public const string RootKeyEnvironmentMissing = "CI0110";

    /// <summary>The environment variable of a root key does not hold 32 bytes.</summary>
    public const string RootKeyEnvironmentMalformed = "CI0111";

    /// <summary>The provider has no root key with this id.</summary>
    public const string RootKeyUnknown = "CI0112";

    /// <summary>The root key was destroyed.</summary>
    public const string RootKeyDestroyed = "CI0113";

    /// <summary>A wrapped org key failed authentication under its root key.</summary>
    public const string RootUnwrapFailed = "CI0114";

    /// <summary>The root key is the active one and cannot be destroyed.</summary>
    public const string RootKeyActive = "CI0115";

    /// <summary>The root key provider does not support the operation.</summary>
    public const string RootOperationUnsupported = "CI0116";

    /// <summary>The root key provider failed or could not be reached.</summary>
    public const string RootProviderUnavailable = "CI0117";

    /// <summary>A root key is the same byte repeated 32 times, for example all zeros.</summary>
    public const string RootKeyWeak = "CI0118";

    /// <summary>The key ring was changed without its secret.</summary>
    public const string KeyRingAltered = "CI0119";

    /// <summary>A data key does not match the key id that it is stored under.</summary>
    public const string DataKeyCommitmentMismatch = "CI0120";

    /// <summary>A wrapped data key failed authentication under its org key.</summary>
    public const string DataKeyUnwrapFailed = "CI0121";

    /// <summary>A key store violated the contract of its interface.</summary>
    public const string KeyStoreContractBroken = "CI0122";

    /// <summary>The key store failed or could not be reached.</summary>
    public const string KeyStoreUnavailable = "CI0123";

    /// <summary>A key was invalidated repeatedly while it was being loaded.</summary>
    public const string KeyLoadContended = "CI0124";

    /// <summary>The org has no key-encryption key of this epoch.</summary>
    public const string OrgKeyMissing = "CI0125";

    /// <summary>A new data key is wrapped under an epoch that is no longer the active one.</summary>
    public const string OrgKeyEpochStale = "CI0126";

    /// <summary>The org's key-encryption key of this epoch, or the root key above it, was destroyed.</summary>
    public const string OrgKeyDestroyed = "CI0127";

    /// <summary>The key and the field belong to different orgs.</summary>
    public const string KeyOrgMismatch = "CI0130";

    /// <summary>A value cannot be encrypted, because the id of its row, org or person is empty.</summary>
    public const string IdMissing = "CI0131";

    /// <summary>A value cannot be encrypted, because the person was crypto-shredded.</summary>
    public const string PersonErased = "CI0132";

    /// <summary>An epoch cannot be destroyed, because it still wraps data keys.</summary>
    public const string RewrapIncomplete = "CI0140";

    /// <summary>A key cannot change from its state to the requested one.</summary>
    public const string KeyStateMoveRefused = "CI0141";

    /// <summary>A key that was just rewrapped did not unwrap to the same key.</summary>
    public const string RewrapVerificationFailed = "CI0142";

    /// <summary>A number was indexed under a version of the blind-index key that is no longer the active one.</summary>
    public const string BlindIndexVersionStale = "CI0143";

    /// <summary>A version of the blind-index key cannot be destroyed, because numbers are indexed under it.</summary>
    public const string ReindexIncomplete = "CI0144";

    /// <summary>A value that was just encrypted for its new index did not decrypt to the same value.</summary>
    public const string ReindexVerificationFailed = "CI0145";

    /// <summary>A root key cannot be destroyed, because it still wraps keys of orgs.</summary>
    public const string RootKeyInUse = "CI0146";
}
