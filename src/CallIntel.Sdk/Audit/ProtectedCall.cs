using Npgsql;

namespace CallIntel.Sdk.Audit;

/// <summary>One call of a <see cref="ProtectedRead"/>.</summary>
/// <param name="Read">The statement.</param>
/// <param name="Command">The command, with the text of the statement and its parameters.</param>
/// <param name="Map">Creates a result from the current row, with envelopes as they are.</param>
readonly record struct ProtectedCall<T>(ProtectedRead Read, NpgsqlBatchCommand Command, Func<NpgsqlDataReader, T> Map)
{
    /// <summary>The ids of events, if the statement has no column with them.</summary>
    internal Guid[] Events { get; init; } = [];

    /// <summary>The ids of contacts, if the statement has no column with them.</summary>
    internal Guid[] Contacts { get; init; } = [];

    /// <summary>Other ids, if the statement has no column with them.</summary>
    internal Guid[] Others { get; init; } = [];
}

/// <summary>Why a member reads: part of each entry of the ledger.</summary>
/// <param name="Purpose">The purpose of the read; none: that of the session.</param>
/// <param name="Request">The request that the read is part of.</param>
readonly record struct AccessReason(Tenancy.AccessPurpose Purpose, Guid Request);

/// <summary>Rows whose access is on file.</summary>
/// <param name="Rows">The rows, with envelopes.</param>
/// <param name="Access">Allows decrypting the envelopes; null if no row contains one.</param>
readonly record struct FiledRows<T>(List<T> Rows, FiledAccess? Access);
