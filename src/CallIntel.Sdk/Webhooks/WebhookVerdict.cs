namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// Whether a delivery is the provider's. Only <see cref="Valid"/> is to be stored; the others are answered with 400 or
/// 403 and no reason.
/// </summary>
public enum WebhookVerdict
{
    /// <summary>There is no signature.</summary>
    MissingSignature = 0,

    /// <summary>The signature, its time or the address are not of the form that the provider uses.</summary>
    Malformed = 1,

    /// <summary>It was signed with none of the secrets, or something was changed on the way.</summary>
    WrongSignature = 2,

    /// <summary>It was signed longer ago, or further ahead, than the window allows.</summary>
    OutsideWindow = 3,

    /// <summary>This process took the same delivery before, inside the window.</summary>
    Repeated = 4,

    /// <summary>It is the provider's, and nothing of it was changed.</summary>
    Valid = 5,
}
