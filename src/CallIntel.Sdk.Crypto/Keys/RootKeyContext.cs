using System.Buffers.Binary;
using System.Text;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>What a key wrapped by a root key is: kind, org and version. Authenticated with it, so that none can stand in for another.</summary>
/// <param name="Kind">What the key is.</param>
/// <param name="OrgId">The org it belongs to.</param>
/// <param name="Version">Its version; for <see cref="OrgKeyKind.Kek"/> the epoch.</param>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct RootKeyContext(OrgKeyKind Kind, Guid OrgId, int Version)
{
    /// <summary>The length of the associated data in bytes: 26.</summary>
    public const int AssociatedDataLength = 6 + 16 + 4;

    /// <summary>Writes the associated data that a provider must authenticate: a label ("ci/kek", "ci/bik", "ci/sup" or "ci/eid"), the org, the version (big-endian).</summary>
    /// <param name="destination">At least <see cref="AssociatedDataLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too small, or the kind is not one of the enumeration.</exception>
    public void WriteAssociatedData(Span<byte> destination)
    {
        string label = Kind switch
        {
            OrgKeyKind.Kek => "ci/kek",
            OrgKeyKind.BlindIndex => "ci/bik",
            OrgKeyKind.Suppression => "ci/sup",
            OrgKeyKind.EventId => "ci/eid",
            _ => throw new ArgumentException("Unknown kind of org key."),
        };
        Encoding.ASCII.GetBytes(label, destination);
        OrgId.TryWriteBytes(destination[6..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(destination[22..], Version);
    }
}
