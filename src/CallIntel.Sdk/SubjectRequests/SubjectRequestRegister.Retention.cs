using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    /// <summary>
    /// Sets after how many days events are deleted. A retention in the privacy rule of a contact replaces it for the
    /// events of that contact.
    /// </summary>
    /// <param name="days">
    /// 1 to 36,500 days after the event took place; null keeps events without a limit, which is the default.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Nothing is deleted before <see cref="ApplyRetentionAsync"/> or the job of
    /// <see cref="EnqueueRetentionAsync"/> runs.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0381</c> the number is out of range; <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public Task SetRetentionAsync(int? days, CancellationToken cancellationToken = default) =>
        Erasures.Retention.SetAsync(days, cancellationToken);

    /// <summary>
    /// Returns how many events retention would delete now, and how many are kept by legal holds and open requests.
    /// Deletes nothing.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public Task<RetentionReport> ReportRetentionAsync(CancellationToken cancellationToken = default) =>
        Erasures.Retention.ReportAsync(cancellationToken);

    /// <summary>
    /// Deletes events that are older than their retention, with everything that belongs to them. This cannot be undone.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between pages.</param>
    /// <returns>The number of deleted events.</returns>
    /// <remarks>
    /// Events of contacts under a legal hold or with an open request stay. Contacts with their numbers and names stay,
    /// too; erase them with <see cref="EraseAsync"/>. A record that is imported again is stored again, and deleted by
    /// the next run.
    /// </remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public Task<long> ApplyRetentionAsync(CancellationToken cancellationToken = default) =>
        Erasures.Retention.ApplyAsync(cancellationToken);

    /// <summary>Lets a worker (<see cref="CallIntelWorker"/>) apply the retention now and then once a day.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the job. It ends when it is dropped.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public Task<JobId> EnqueueRetentionAsync(CancellationToken cancellationToken = default) =>
        Erasures.EnqueueRetentionAsync(cancellationToken);

    /// <summary>
    /// Returns the months of the org whose events were dropped as a whole, because all of them were older than their
    /// retention. Dashboard cells of these months are final: later changes, erasures included, do not change them.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The months, the oldest first.</returns>
    /// <remarks>
    /// <see cref="OperationsWorker.DropsExpiredMonths"/> and
    /// <see cref="CallIntelOperations.DropExpiredEventMonthsAsync"/> drop months.
    /// </remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include <c>ManagePrivacy</c>.</exception>
    public async Task<IReadOnlyList<DroppedMonth>> ListDroppedMonthsAsync(
        CancellationToken cancellationToken = default
    ) => await Erasures.Retention.ListDroppedMonthsAsync(cancellationToken).ConfigureAwait(false);
}
