namespace CallIntel.Sdk.Webhooks;

/// <summary>How a signature is written.</summary>
public enum SignatureEncoding
{
    /// <summary>Hexadecimal digits, of either case.</summary>
    Hex = 0,

    /// <summary>Base64.</summary>
    Base64 = 1,
}
