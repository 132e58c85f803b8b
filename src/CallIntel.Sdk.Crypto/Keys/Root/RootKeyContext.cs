using System.Buffers.Binary;
using System.Text;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Identifies a key that a root key wraps: kind, org and version. It is authenticated together with the wrapped key, so
/// that no wrapped key can be passed off as another.
/// </summary>
/// <param name="Kind">The kind of key.</param>
/// <param name="OrgId">The org that the key belongs to.</param>
/// <param name="Version">The version, from 1. For <see cref="OrgKeyKind.Kek"/> it is the epoch.</param>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct RootKeyContext(OrgKeyKind Kind, Guid OrgId, int Version)
{
    /// <summary>The length of the associated data in bytes: 26.</summary>
    public const int AssociatedDataLength = 6 + 16 + 4;

    /// <summary>
    /// Writes the associated data that a provider has to authenticate: the label of the kind ("ci/kek", "ci/bik",
    /// "ci/sup", "ci/eid" or "ci/sig"), the org, and the version as a big-endian integer.
    /// </summary>
    /// <param name="destination">At least <see cref="AssociatedDataLength"/> bytes.</param>
    /// <exception cref="ArgumentException">
    /// The destination is too small, or the kind is not a value of <see cref="OrgKeyKind"/>.
    /// </exception>
    public void WriteAssociatedData(Span<byte> destination)
    {
        string label = Kind switch
        {
            OrgKeyKind.Kek => "ci/kek",
            OrgKeyKind.BlindIndex => "ci/bik",
            OrgKeyKind.Suppression => "ci/sup",
            OrgKeyKind.EventId => "ci/eid",
            OrgKeyKind.Signature => "ci/sig",
            _ => throw new ArgumentException($"{(int)Kind} is not a kind of org key."),
        };
        Encoding.ASCII.GetBytes(label, destination);
        OrgId.TryWriteBytes(destination[6..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(destination[22..], Version);
    }
}
