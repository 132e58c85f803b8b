namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>One root key in a key-ring file.</summary>
/// <param name="Version">The version, from 1, in the order of creation.</param>
/// <param name="Id">The id of the root key, which is computed from the key.</param>
/// <param name="State">One of the states of <see cref="KeyRingDocument"/>.</param>
/// <param name="Created">When the key was created, in UTC.</param>
/// <param name="Key">The key, encrypted as the file's protection says. Empty if the key is destroyed.</param>
sealed record KeyRingEntry(int Version, string Id, string State, DateTimeOffset Created, byte[] Key);
