using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>What the database knows of a number.</summary>
/// <param name="Contact">The contact; null if the number is suppressed and has none.</param>
/// <param name="Suppression">What to do with its records; null if the number is not suppressed.</param>
readonly record struct ResolvedParty(Guid? Contact, SuppressionAction? Suppression)
{
    internal static ResolvedParty Create(Guid? contact, short suppression) =>
        new(contact, suppression == 0 ? null : (SuppressionAction)suppression);
}
