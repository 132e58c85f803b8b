using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// Proves that an access is committed to the ledger. Nothing can be decrypted without one, and only
/// <see cref="Pending"/> creates it.
/// </summary>
sealed class FiledAccess
{
    readonly FiledAccess? _other;
    int _used;

    FiledAccess(FiledAccess? other = null) => _other = other;

    /// <summary>Uses the proof up: one entry allows decrypting one page.</summary>
    /// <exception cref="InvalidOperationException">The proof was used before.</exception>
    internal void Use()
    {
        if (Interlocked.Exchange(ref _used, 1) != 0)
            throw new InvalidOperationException("One entry of the access ledger allows decrypting one page.");
        _other?.Use();
    }

    /// <summary>Combines the proofs of two statements of one batch, whose envelopes are decrypted together.</summary>
    internal static FiledAccess? Combine(FiledAccess? first, FiledAccess? second)
    {
        if (first is null || second is null)
            return first ?? second;
        second.Use();
        return new FiledAccess(first);
    }

    /// <summary>Collects what a statement returns until its batch has ended.</summary>
    internal sealed class Pending(ProtectedRead read, Guid[] events, Guid[] contacts, Guid[] others)
    {
        readonly HashSet<Guid> _events = [.. events],
            _contacts = [.. contacts],
            _others = [.. others];
        int[]? _columns;
        int _event,
            _contact,
            _other;
        ProtectedFields _fields;
        int _rows;
        Guid? _id;
        byte[]? _receipt;

        /// <summary>Whether the database returned an envelope.</summary>
        internal bool IsNeeded => _rows > 0;

        /// <summary>Maps a row and notes its ids if it contains an envelope.</summary>
        internal T Note<T>(NpgsqlDataReader row, Func<NpgsqlDataReader, T> map, bool isFiled)
        {
            _columns ??= Find(row);
            ProtectedFields fields = ProtectedFields.None;
            for (int i = 0; i < _columns.Length; i++)
                if (!row.IsDBNull(_columns[i]))
                    fields |= read.Columns[i].Field;
            if (fields != ProtectedFields.None)
            {
                _fields |= fields;
                _rows++;
                Add(_events, row, _event);
                Add(_contacts, row, _contact);
                Add(_others, row, _other);
                if (isFiled && _id is null && !row.IsDBNull(row.FieldCount - 1))
                {
                    _id = row.GetGuid(row.FieldCount - 2);
                    _receipt = row.GetFieldValue<byte[]>(row.FieldCount - 1);
                }
            }
            return map(row);
        }

        /// <summary>Creates the parameters of <c>callintel.file_access</c>.</summary>
        internal NpgsqlBatchCommand FileCommand(in AccessReason reason, int signingKey) =>
            new NpgsqlBatchCommand(
                "select access_id, receipt from callintel.file_access($1, $2, $3, $4, $5, $6, $7, $8)"
            ).With(
                (int)_fields,
                _rows,
                (short)reason.Purpose,
                reason.Request,
                signingKey,
                _events.ToArray(),
                _contacts.ToArray(),
                _others.ToArray()
            );

        /// <summary>Notes what <see cref="FileCommand"/> returned.</summary>
        internal void Filed(Guid id, byte[] receipt) => (_id, _receipt) = (id, receipt);

        /// <summary>Creates the proof. The batch must have ended without an error.</summary>
        /// <exception cref="CallIntelException"><c>CI0290</c>: the database did not file the access.</exception>
        internal (FiledAccess Access, Guid Id, byte[] Receipt) Complete() =>
            _id is { } id && _receipt is { } receipt ? (new FiledAccess(), id, receipt) : throw NotFiled();

        internal AccessEntry Entry(in OrgIdentity identity, in AccessReason reason, Guid id, bool isAlert) =>
            new()
            {
                Id = id,
                Org = identity.Org,
                AccessedAt = TimeOf(id),
                Member = identity.Member,
                Purpose = reason.Purpose is AccessPurpose.None ? identity.Purpose : reason.Purpose,
                RequestId = reason.Request,
                Fields = _fields,
                RowCount = _rows,
                IsAlert = isAlert,
                Events = [.. _events],
                Contacts = [.. _contacts.Select(contact => new ContactId(contact))],
                OtherIds = [.. _others],
            };

        int[] Find(NpgsqlDataReader row)
        {
            _event = Ordinal(row, read.Events);
            _contact = Ordinal(row, read.Contacts);
            _other = Ordinal(row, read.Others);
            return [.. read.Columns.Select(column => row.GetOrdinal(column.Name))];
        }

        static int Ordinal(NpgsqlDataReader row, string? column) => column is null ? -1 : row.GetOrdinal(column);

        static void Add(HashSet<Guid> ids, NpgsqlDataReader row, int ordinal)
        {
            if (ordinal >= 0 && !row.IsDBNull(ordinal))
                ids.Add(row.GetGuid(ordinal));
        }

        /// <summary>The first 48 bits of the id are milliseconds.</summary>
        static DateTimeOffset TimeOf(Guid id)
        {
            Span<byte> bytes = stackalloc byte[16];
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            long milliseconds = 0;
            foreach (byte part in bytes[..6])
                milliseconds = (milliseconds << 8) | part;
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
    }

    internal static CallIntelException NotFiled(Exception? inner = null) =>
        new(
            ErrorCodes.AccessNotFiled,
            "The access could not be recorded in the access ledger, so no protected text is returned.",
            "Check that the database that AuditConnectionString or ConnectionString names is the primary and can be "
                + "written to, then repeat the call.",
            inner
        )
        {
            IsTransient = inner is CallIntelException { IsTransient: true },
        };
}
