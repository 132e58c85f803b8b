namespace CallIntel.Sdk.Contacts;

/// <summary>The kind of a <see cref="ContactNumber"/>.</summary>
public enum NumberKind
{
    /// <summary>A telephone number in E.164 format, for example <c>+4520123456</c>.</summary>
    E164 = 1,

    /// <summary>A short code with its country, for example <c>DK:1204</c>.</summary>
    ShortCode = 2,

    /// <summary>An alphanumeric sender name, in upper case.</summary>
    Alphanumeric = 3,

    /// <summary>An id of the source.</summary>
    OpaqueId = 4,
}
