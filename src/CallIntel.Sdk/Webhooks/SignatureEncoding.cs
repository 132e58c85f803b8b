namespace CallIntel.Sdk.Webhooks;

/// <summary>The encoding of a webhook signature.</summary>
public enum SignatureEncoding
{
    /// <summary>Hexadecimal digits in upper or lower case.</summary>
    Hex = 0,

    /// <summary>Base64.</summary>
    Base64 = 1,
}
