namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Gives the faults of what users plug in a code. Cancellation and coded errors pass as they are.</summary>
internal static class KeyFaults
{
    internal static bool IsForeign(Exception e) => e is not (CallIntelException or OperationCanceledException);

    internal static CallIntelException Provider(Exception e) => new(
        CryptoErrorCodes.RootProviderUnavailable,
        "The root key provider failed or could not be reached.",
        "Nothing was written. Check the provider; the call may be repeated when it is back.",
        e);

    internal static CallIntelException Store(Exception e) => new(
        CryptoErrorCodes.KeyStoreUnavailable,
        "The key store failed or could not be reached.",
        "Nothing was encrypted under a key that is not stored. Check the database; the call may be repeated when it is back.",
        e);

    internal static CallIntelException StoreContract(string problem) => new(
        CryptoErrorCodes.KeyStoreContractBroken,
        problem,
        "Fix the key store implementation; its interface says what it has to answer.");
}
