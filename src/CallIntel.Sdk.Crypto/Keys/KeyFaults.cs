namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Creates and classifies the exceptions of key handling. Failures of stores and root key providers get a code here;
/// exceptions that have one, and cancellation by the caller, pass through unchanged.
/// </summary>
static class KeyFaults
{
    /// <summary>
    /// Whether an exception needs a code. A cancellation that the caller did not request counts: HTTP clients report
    /// time-outs that way.
    /// </summary>
    internal static bool IsForeign(Exception e, CancellationToken cancellationToken = default) =>
        e is not CallIntelException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    /// <summary>
    /// Whether an exception is about one stored key, so that other keys of the same batch still work.
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
    /// Creates the exception for an empty id, which is usually a variable that was never set. Values that are bound to
    /// an empty id could be swapped.
    /// </summary>
    internal static CallIntelException NoId(string what) =>
        new(
            CryptoErrorCodes.IdMissing,
            $"The id of the {what} is Guid.Empty.",
            $"Pass the id of the {what} that the value belongs to."
        );

    internal static CallIntelException Contended() =>
        new(
            CryptoErrorCodes.KeyLoadContended,
            "A key was invalidated repeatedly while it was being loaded.",
            "Repeat the call. If the error persists, find out what keeps invalidating keys."
        );

    internal static CallIntelException Provider(Exception e) =>
        new(
            CryptoErrorCodes.RootProviderUnavailable,
            "The root key provider failed or could not be reached. Nothing was written.",
            "Check the provider and repeat the call.",
            e
        );

    internal static CallIntelException Store(Exception e) =>
        new(
            CryptoErrorCodes.KeyStoreUnavailable,
            "The key store failed or could not be reached. Nothing was encrypted under a key that is not stored.",
            "Check the database and repeat the call.",
            e
        );

    internal static CallIntelException StoreContract(string problem) =>
        new(
            CryptoErrorCodes.KeyStoreContractBroken,
            problem,
            "Fix the implementation of the key store as its interface documents, and test it with KeyStoreContract."
        );

    internal static CallIntelException RewrapUnverified(Exception? inner = null) =>
        new(
            CryptoErrorCodes.RewrapVerificationFailed,
            "A key that was just rewrapped did not unwrap to the same key. The current batch was not changed.",
            "Check the machine's memory, the cryptographic library and the root key provider before you try again.",
            inner
        );
}
