namespace CallIntel.Sdk.Contacts;

/// <summary>What a <see cref="ContactNumber"/> is.</summary>
public enum NumberKind
{
    /// <summary>A telephone number in E.164: <c>+4520123456</c>.</summary>
    E164 = 1,

    /// <summary>A short code with the country it belongs to: <c>DK:1204</c>.</summary>
    ShortCode = 2,

    /// <summary>The name a message was sent under, in upper case.</summary>
    Alphanumeric = 3,

    /// <summary>An id of the source's own.</summary>
    OpaqueId = 4,
}
