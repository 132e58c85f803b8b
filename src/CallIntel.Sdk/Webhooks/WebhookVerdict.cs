namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// The result of verifying a webhook request. Store the records only if it is <see cref="Valid"/>. Otherwise respond
/// with 400 or 403 without a reason.
/// </summary>
public enum WebhookVerdict
{
    /// <summary>The request has no signature.</summary>
    MissingSignature = 0,

    /// <summary>The signature, its time or the URL does not have the provider's format.</summary>
    Malformed = 1,

    /// <summary>None of the secrets created the signature, or the request was altered.</summary>
    WrongSignature = 2,

    /// <summary>The time of the signature is outside the window.</summary>
    OutsideWindow = 3,

    /// <summary>This process has already accepted the same request within the window.</summary>
    Repeated = 4,

    /// <summary>The provider sent the request, and it was not altered.</summary>
    Valid = 5,
}
