using System.Security.Cryptography;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// Reads protected values for one session and files each page in the access ledger. Rows are returned after the batch
/// has ended, which is when the entry is committed.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class AccessGate(SessionTransport session, SharedAudit shared)
{
    /// <summary>Reads of more events or contacts than this require a purpose.</summary>
    internal const int BulkThreshold = 1000;

    static readonly int ReceiptPrefix = SharedAudit.AlertDomain.Length;

    /// <summary>Creates the reason that all pages of one read share.</summary>
    internal AccessReason Reason(AccessPurpose purpose = AccessPurpose.None) =>
        new(purpose, SessionToken.RequestOf(session.Identity) ?? new Guid(RandomNumberGenerator.GetBytes(16)));

    /// <exception cref="CallIntelException"><c>CI0291</c>: neither the read nor the session has a purpose.</exception>
    internal void RequirePurpose(AccessPurpose purpose, string what)
    {
        if (purpose is AccessPurpose.None && session.Identity.Purpose is AccessPurpose.None)
            throw new CallIntelException(
                ErrorCodes.ReadPurposeNeeded,
                $"{what} requires a purpose, and neither the call nor the session has one.",
                "Name the purpose with EventFilter.ForPurpose or in the OrgIdentity of the session, "
                    + $"or read at most {BulkThreshold} rows."
            );
    }

    /// <summary>Calls a function that opens the session context itself.</summary>
    internal async Task<FiledRows<T>> CallAsync<T>(
        ProtectedCall<T> call,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        FiledAccess.Pending pending = Prepare(call, reason);
        bool isFiled = shared.Primary is null;
        List<T> rows = await session
            .CallAsync(call.Command, row => pending.Note(row, call.Map, isFiled), cancellationToken)
            .ConfigureAwait(false);
        return new FiledRows<T>(rows, await CompleteAsync(pending, reason, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Opens the session context and runs one statement.</summary>
    internal async Task<FiledRows<T>> ListAsync<T>(
        ProtectedCall<T> call,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        FiledAccess.Pending pending = Prepare(call, reason);
        bool isFiled = shared.Primary is null;
        List<T> rows = await session
            .ListAsync(call.Command, row => pending.Note(row, call.Map, isFiled), cancellationToken)
            .ConfigureAwait(false);
        return new FiledRows<T>(rows, await CompleteAsync(pending, reason, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Opens the session context and runs three statements, of which the last returns nothing protected.
    /// </summary>
    internal async Task<(FiledRows<T1> First, FiledRows<T2> Second, List<T3> Third)> ListAsync<T1, T2, T3>(
        ProtectedCall<T1> first,
        ProtectedCall<T2> second,
        NpgsqlBatchCommand third,
        Func<NpgsqlDataReader, T3> mapThird,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        FiledAccess.Pending pendingFirst = Prepare(first, reason),
            pendingSecond = Prepare(second, reason);
        bool isFiled = shared.Primary is null;
        List<T1> rowsFirst;
        List<T2> rowsSecond;
        List<T3> rowsThird;
        await using (
            BatchResults results = await session
                .OpenAsync([first.Command, second.Command, third], cancellationToken)
                .ConfigureAwait(false)
        )
        {
            rowsFirst = await results
                .RowsAsync(row => pendingFirst.Note(row, first.Map, isFiled), cancellationToken)
                .ConfigureAwait(false);
            rowsSecond = await results
                .RowsAsync(row => pendingSecond.Note(row, second.Map, isFiled), cancellationToken)
                .ConfigureAwait(false);
            rowsThird = await results.RowsAsync(mapThird, cancellationToken).ConfigureAwait(false);
        }
        return (
            new(rowsFirst, await CompleteAsync(pendingFirst, reason, cancellationToken).ConfigureAwait(false)),
            new(rowsSecond, await CompleteAsync(pendingSecond, reason, cancellationToken).ConfigureAwait(false)),
            rowsThird
        );
    }

    FiledAccess.Pending Prepare<T>(in ProtectedCall<T> call, in AccessReason reason)
    {
        if (shared.Primary is null)
        {
            call.Command.CommandText = call.Read.FilingSql;
            call.Command.With((short)reason.Purpose, reason.Request, (int)session.Database.SigningKey.Id);
            if (call.Read.Events is null)
                call.Command.With(call.Events);
            if (call.Read.Contacts is null)
                call.Command.With(call.Contacts);
            if (call.Read.Others is null)
                call.Command.With(call.Others);
        }
        return new FiledAccess.Pending(call.Read, call.Events, call.Contacts, call.Others);
    }

    /// <returns>Null if the database returned no envelope.</returns>
    async ValueTask<FiledAccess?> CompleteAsync(
        FiledAccess.Pending pending,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        if (!pending.IsNeeded)
            return null;
        if (shared.Primary is { } primary)
            await FileAsync(primary, pending, reason, cancellationToken).ConfigureAwait(false);
        (FiledAccess access, Guid id, byte[] receipt) = pending.Complete();
        bool isAlert = IsAlert(id, receipt);
        if (isAlert || shared.HasSink)
            await shared
                .PublishAsync(pending.Entry(session.Identity, reason, id, isAlert), cancellationToken)
                .ConfigureAwait(false);
        shared.Metrics.Filed();
        return access;
    }

    /// <summary>Files an access that was read on a standby.</summary>
    async Task FileAsync(
        DatabaseTransport primary,
        FiledAccess.Pending pending,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await primary.EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
            (Guid id, byte[] receipt) = (
                await new SessionTransport(primary, session.Identity)
                    .ListAsync(
                        pending.FileCommand(reason, primary.SigningKey.Id),
                        row => (row.GetGuid(0), row.GetFieldValue<byte[]>(1)),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )[0];
            pending.Filed(id, receipt);
        }
        catch (CallIntelException e)
        {
            throw FiledAccess.NotFiled(e);
        }
    }

    /// <summary>Whether the receipt is the one that the database returns with an alert.</summary>
    bool IsAlert(Guid id, byte[] receipt)
    {
        Span<byte> message = stackalloc byte[ReceiptPrefix + 16];
        SharedAudit.AlertDomain.CopyTo(message);
        id.TryWriteBytes(message[ReceiptPrefix..], bigEndian: true, out _);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(session.Database.SigningKey.Bytes, message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, receipt);
    }
}
