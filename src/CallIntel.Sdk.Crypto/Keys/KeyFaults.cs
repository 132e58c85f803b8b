namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Gives the faults of what users plug in a code. Coded errors pass as they are, and so does cancellation by the caller.</summary>
internal static class KeyFaults
{
    /// <summary>A cancellation that the caller did not ask for is a fault: HTTP clients report their time-outs so.</summary>
    internal static bool IsForeign(Exception e, CancellationToken cancellationToken = default) =>
        e is not CallIntelException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    /// <summary>
    /// Whether an error is about one stored key, so that it is the answer for that key and not for the batch it was
    /// asked for in.
    /// </summary>
    internal static bool IsFaultOfTheKey(CallIntelException e) =>
        e.Code
            is CryptoErrorCodes.DataKeyUnwrapFailed
                or CryptoErrorCodes.DataKeyCommitmentMismatch
                or CryptoErrorCodes.OrgKeyMissing
                or CryptoErrorCodes.OrgKeyDestroyed
                or CryptoErrorCodes.RootUnwrapFailed
                or CryptoErrorCodes.RootKeyUnknown;

    /// <summary>
    /// An empty id is a variable that was never set: whatever is bound to it could be swapped with anything else that
    /// is.
    /// </summary>
    internal static CallIntelException NoId(string what) =>
        new(
            CryptoErrorCodes.IdMissing,
            $"The id of the {what} is empty.",
            $"Pass the id of the {what}; Guid.Empty is not one."
        );

    internal static CallIntelException Contended() =>
        new(
            CryptoErrorCodes.KeyLoadContended,
            "A key was invalidated again and again while it was being loaded.",
            "Repeat the call; if it persists, find out who invalidates keys all the time."
        );

    internal static CallIntelException Provider(Exception e) =>
        new(
            CryptoErrorCodes.RootProviderUnavailable,
            "The root key provider failed or could not be reached.",
            "Nothing was written. Check the provider; the call may be repeated when it is back.",
            e
        );

    internal static CallIntelException Store(Exception e) =>
        new(
            CryptoErrorCodes.KeyStoreUnavailable,
            "The key store failed or could not be reached.",
            "Nothing was encrypted under a key that is not stored. Check the database; the call may be repeated when it is back.",
            e
        );

    internal static CallIntelException StoreContract(string problem) =>
        new(
            CryptoErrorCodes.KeyStoreContractBroken,
            problem,
            "Fix the key store implementation; its interface says what it has to answer."
        );
}
