namespace CallIntel.Sdk.Crypto;

/// <summary>The stable codes of what this package throws, CI0100 to CI0199. Each has a page in <c>docs/diagnostics</c>.</summary>
public static class CryptoErrorCodes
{
    /// <summary>There is no key-ring file at the path given.</summary>
    public const string KeyRingNotFound = "CI0100";

    /// <summary>The key-ring file, or the folder it lies in, can be reached by others than its owner.</summary>
    public const string KeyRingNotPrivate = "CI0101";

    /// <summary>The key-ring file is empty, cut off, or is not a key ring.</summary>
    public const string KeyRingMalformed = "CI0102";

    /// <summary>The key-ring file has a format version this build does not know.</summary>
    public const string KeyRingVersionUnsupported = "CI0103";

    /// <summary>The passphrase or environment key does not open the key ring, or a key in it is damaged.</summary>
    public const string KeyRingSecretWrong = "CI0104";

    /// <summary>The key ring is protected in another way than the caller said.</summary>
    public const string KeyRingProtectionMismatch = "CI0105";

    /// <summary>Creating a key ring would have overwritten one.</summary>
    public const string KeyRingExists = "CI0106";

    /// <summary>Another process holds the key ring's lock.</summary>
    public const string KeyRingBusy = "CI0107";

    /// <summary>The key ring's passphrase derivation is weaker than allowed, or absurdly slow.</summary>
    public const string KeyRingDerivationRefused = "CI0108";

    /// <summary>The key ring could not be read or written durably.</summary>
    public const string KeyRingIoFailed = "CI0109";

    /// <summary>The environment variable that holds a root key is not set.</summary>
    public const string RootKeyEnvironmentMissing = "CI0110";

    /// <summary>The environment variable that holds a root key does not hold 32 bytes.</summary>
    public const string RootKeyEnvironmentMalformed = "CI0111";

    /// <summary>The provider has no root key of that id.</summary>
    public const string RootKeyUnknown = "CI0112";

    /// <summary>The root key was destroyed.</summary>
    public const string RootKeyDestroyed = "CI0113";

    /// <summary>A key wrapped under a root key did not authenticate.</summary>
    public const string RootUnwrapFailed = "CI0114";

    /// <summary>The root key is the active one and cannot be destroyed.</summary>
    public const string RootKeyActive = "CI0115";

    /// <summary>The provider cannot do this.</summary>
    public const string RootOperationUnsupported = "CI0116";

    /// <summary>The root key provider failed or could not be reached.</summary>
    public const string RootProviderUnavailable = "CI0117";

    /// <summary>A root key is one byte repeated 32 times, for example all zeros.</summary>
    public const string RootKeyWeak = "CI0118";

    /// <summary>The key ring was changed by somebody who does not have its secret.</summary>
    public const string KeyRingAltered = "CI0119";

    /// <summary>A data key does not match the key id it is stored under.</summary>
    public const string DataKeyCommitmentMismatch = "CI0120";

    /// <summary>A wrapped data key did not authenticate under its org key.</summary>
    public const string DataKeyUnwrapFailed = "CI0121";

    /// <summary>A key store answered something that its contract rules out.</summary>
    public const string KeyStoreContractBroken = "CI0122";

    /// <summary>The key store failed or could not be reached.</summary>
    public const string KeyStoreUnavailable = "CI0123";

    /// <summary>The key was invalidated again and again while it was being loaded.</summary>
    public const string KeyLoadContended = "CI0124";

    /// <summary>The org has no key-encryption key of that epoch.</summary>
    public const string OrgKeyMissing = "CI0125";

    /// <summary>A new data key was offered under an epoch that is no longer the active one.</summary>
    public const string OrgKeyEpochStale = "CI0126";

    /// <summary>The org's key-encryption key of that epoch, or the root key above it, was destroyed on purpose.</summary>
    public const string OrgKeyDestroyed = "CI0127";

    /// <summary>The key and the field belong to different orgs.</summary>
    public const string KeyOrgMismatch = "CI0130";

    /// <summary>A value was to be encrypted for a row, an org or a person whose id is empty.</summary>
    public const string IdMissing = "CI0131";

    /// <summary>The keys of the person were destroyed, so nothing of theirs can be encrypted.</summary>
    public const string PersonErased = "CI0132";

    /// <summary>Data keys are still wrapped under the epoch that was to be destroyed.</summary>
    public const string RewrapIncomplete = "CI0140";

    /// <summary>The state of a key may not change that way.</summary>
    public const string KeyStateMoveRefused = "CI0141";

    /// <summary>A key that was just wrapped did not come back the same.</summary>
    public const string RewrapVerificationFailed = "CI0142";

    /// <summary>A number was indexed under a version of the blind-index key that is not the active one.</summary>
    public const string BlindIndexVersionStale = "CI0143";

    /// <summary>Numbers are still indexed under the version of the blind-index key that was to be destroyed.</summary>
    public const string ReindexIncomplete = "CI0144";

    /// <summary>A value that was just encrypted for its new index did not open as the same.</summary>
    public const string ReindexVerificationFailed = "CI0145";

    /// <summary>Keys of orgs are still wrapped under the root key that was to be destroyed.</summary>
    public const string RootKeyInUse = "CI0146";
}
