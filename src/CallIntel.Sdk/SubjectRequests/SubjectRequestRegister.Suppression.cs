using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    /// <summary>
    /// Puts a number on the list of suppressed numbers, for a person who opted out. Erasures do so by themselves.
    /// </summary>
    /// <param name="number">The number in any notation that imports understand, or an opaque id of a source.</param>
    /// <param name="region">
    /// The ISO 3166 code of the country whose national notation the number may have. Default: international notation.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the number is in the list already.</returns>
    /// <remarks>
    /// The list contains keyed digests, no numbers. Events that are stored already stay; erase them with
    /// <see cref="EraseAsync"/>. Other processes that have stored records of the number lately follow within five
    /// minutes.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0382</c> the text is blank or stands for a withheld number; <c>CI0005</c> the role does not include
    /// <c>ManagePrivacy</c>.
    /// </exception>
    public Task<bool> SuppressNumberAsync(
        string number,
        string? region = null,
        CancellationToken cancellationToken = default
    ) => Erasures.Suppressed.AddAsync(number, region, cancellationToken);

    /// <summary>Removes a number from the list of suppressed numbers, for a person who consented again.</summary>
    /// <param name="number">The number, as for <see cref="SuppressNumberAsync"/>.</param>
    /// <param name="region">The country of national notation. Default: international notation.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the number is not in the list.</returns>
    /// <exception cref="CallIntelException">The codes of <see cref="SuppressNumberAsync"/>.</exception>
    public Task<bool> UnsuppressNumberAsync(
        string number,
        string? region = null,
        CancellationToken cancellationToken = default
    ) => Erasures.Suppressed.RemoveAsync(number, region, cancellationToken);

    /// <summary>Sets what ingestion does with records of suppressed numbers.</summary>
    /// <param name="action">The action for records that are stored from now on.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0377</c> the action is unknown; <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public Task SetSuppressionActionAsync(SuppressionAction action, CancellationToken cancellationToken = default) =>
        Erasures.Suppressed.SetActionAsync(action, cancellationToken);

    /// <summary>Returns what ingestion does with suppressed numbers, and how many there are.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public Task<SuppressionSettings> ReadSuppressionAsync(CancellationToken cancellationToken = default) =>
        Erasures.Suppressed.ReadAsync(cancellationToken);
}
