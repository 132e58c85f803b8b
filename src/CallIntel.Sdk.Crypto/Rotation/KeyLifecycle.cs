using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>Which changes of state a key may go through: active, decrypt only, retired, destroyed; one step at a time and never back.</summary>
/// <remarks>Thread-safe.</remarks>
public static class KeyLifecycle
{
    /// <summary>Whether rotation may move a key from one state to another.</summary>
    /// <param name="from">The state it has.</param>
    /// <param name="to">The state it would get.</param>
    /// <returns><see langword="true"/> for the next state only.</returns>
    public static bool CanMove(KeyState from, KeyState to) =>
        from is >= KeyState.Active and < KeyState.Destroyed && to == from + 1;

    /// <summary>Whether a data key may be shredded: from every state, and again, since erasure is repeated until it is complete.</summary>
    /// <param name="from">The state it has.</param>
    /// <returns><see langword="true"/> for every state of the enumeration.</returns>
    public static bool CanShred(KeyState from) => from is >= KeyState.Active and <= KeyState.Destroyed;

    /// <summary>Throws unless rotation may move a key from one state to another.</summary>
    /// <param name="from">The state it has.</param>
    /// <param name="to">The state it would get.</param>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.KeyStateMoveRefused"/>.</exception>
    public static void RequireMove(KeyState from, KeyState to)
    {
        if (CanMove(from, to))
            return;

        throw new CallIntelException(
            CryptoErrorCodes.KeyStateMoveRefused,
            $"A key may not go from {from} to {to}.",
            "Move it one state at a time: active, decrypt only, retired, destroyed."
        );
    }
}
