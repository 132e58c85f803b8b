namespace CallIntel.Sdk.Audit;

/// <content>The tree of one month.</content>
sealed partial class LedgerVerifier
{
    sealed class MonthVerifier(LedgerVerifier owner, DateOnly month, StoredCheckpoint[] checkpoints, bool isRetired)
    {
        readonly MerkleFrontier _tree = new();
        readonly List<(Guid Id, short Ledger)> _leaves = [];
        readonly List<(Guid Id, short Ledger, long Xid, long Position)> _batch = [];
        readonly List<byte[]> _hashes = [];
        readonly List<StoredLeaf> _edited = [];
        IReadOnlyList<SealedEntry> _trusted = [];
        Checkpoint? _outside;
        byte[]? _rootAtOutside;
        int _next;
        long _good,
            _expected;
        bool _isBroken;

        internal async Task RunAsync(CancellationToken cancellationToken)
        {
            int before = owner._findings.Count;
            await AskSinkAsync(cancellationToken).ConfigureAwait(false);
            await foreach (StoredLeaf leaf in owner._reader.LeavesAsync(month, cancellationToken).ConfigureAwait(false))
                Check(leaf);
            EndBatch();
            CheckEnd();
            if (_outside is not null)
                CompareWithSink(_outside);
            ReportEdited();
            // Something is wrong, and nothing above tells what.
            if (_isBroken && owner._findings.Count == before)
                Add(
                    AuditFindingKind.Rewritten,
                    0,
                    null,
                    _good,
                    $"Leaves from position {_good} on were rewritten together with their entries. Without the leaves "
                        + "of a checkpoint sink, nothing tells which ones."
                );
            owner._entries += _leaves.Count;
        }

        async Task AskSinkAsync(CancellationToken cancellationToken)
        {
            if (owner._sink is not { } sink)
                return;
            string origin = Checkpoint.OriginOf(owner._reader.Org, month);
            string? note = await sink.FindLastAsync(origin, cancellationToken).ConfigureAwait(false);
            if (note is null)
                return;
            _outside = Checkpoint.Open(note, owner._keys);
            if (_outside is null || _outside.Origin != origin)
            {
                _outside = null;
                Add(
                    AuditFindingKind.CheckpointForged,
                    0,
                    null,
                    null,
                    $"The checkpoint of {month:yyyy-MM} in the sink is not signed by a known key."
                );
                return;
            }
            IReadOnlyList<SealedEntry> entries = await sink.ReadEntriesAsync(origin, cancellationToken)
                .ConfigureAwait(false);
            // The signature covers the leaves, so they need no signature of their own.
            if (
                entries.Count >= _outside.Size
                && MerkleTree
                    .Root([.. entries.Take((int)_outside.Size).Select(e => e.Hash.ToArray())])
                    .AsSpan()
                    .SequenceEqual(_outside.Root.Span)
            )
                _trusted = [.. entries.Take((int)_outside.Size)];
        }

        void Check(StoredLeaf leaf)
        {
            if (leaf.Position != _expected)
            {
                _isBroken = true;
                for (long gap = _expected; gap < leaf.Position && _trusted.Count == 0; gap++)
                    Add(AuditFindingKind.Deleted, 0, null, gap, $"The leaf at position {gap} was removed.");
                // With leaves of a sink, the comparison below names what is missing.
            }
            _expected = leaf.Position + 1;
            _leaves.Add((leaf.RowId, leaf.Ledger));
            _hashes.Add(leaf.Hash);
            _tree.Append(leaf.Hash);
            if (leaf.RowHash is null)
            {
                if (!isRetired)
                    Add(
                        AuditFindingKind.Deleted,
                        leaf.Ledger,
                        leaf.RowId,
                        leaf.Position,
                        $"Entry {leaf.RowId} was removed."
                    );
            }
            else if (!leaf.RowHash.AsSpan().SequenceEqual(leaf.Hash))
                _edited.Add(leaf);
            else if (leaf.Xid is { } xid)
            {
                _batch.Add((leaf.RowId, leaf.Ledger, xid, leaf.Position));
                if (
                    _next < checkpoints.Length
                    && checkpoints[_next] is var seal
                    && owner._seals.Contains(seal)
                    && IsBackdated(
                        leaf.RowId,
                        xid,
                        [.. owner._seals.Where(s => s.Identity == seal.Identity)],
                        seal.SealedAt
                    )
                )
                    Add(
                        AuditFindingKind.Inserted,
                        leaf.Ledger,
                        leaf.RowId,
                        leaf.Position,
                        $"Entry {leaf.RowId} was added to a range that was sealed before, and then sealed again."
                    );
            }
            if (_outside is not null && _tree.Size == _outside.Size)
                _rootAtOutside = _tree.Root();
            if (_next < checkpoints.Length && _tree.Size == checkpoints[_next].Size)
            {
                EndBatch();
                if (_tree.Root().AsSpan().SequenceEqual(checkpoints[_next].Root))
                    _good = _isBroken ? _good : _tree.Size;
                else
                    _isBroken = true;
                _next++;
            }
        }

        /// <summary>The leaves of one seal are ordered by transaction, ledger and id.</summary>
        void EndBatch()
        {
            var sorted = _batch.OrderBy(x => x.Xid).ThenBy(x => x.Ledger).ThenBy(x => x.Id, ByBytes).ToArray();
            // With the leaves of a sink, the comparison names moved leaves, also between seals.
            for (int i = 0; i < sorted.Length && _trusted.Count == 0; i++)
                if (sorted[i].Id != _batch[i].Id)
                    Add(
                        AuditFindingKind.Reordered,
                        _batch[i].Ledger,
                        _batch[i].Id,
                        _batch[i].Position,
                        $"The leaf of entry {_batch[i].Id} was moved to position {_batch[i].Position}."
                    );
            _batch.Clear();
        }

        void CheckEnd()
        {
            long last = checkpoints.Length == 0 ? 0 : checkpoints[^1].Size;
            if (_leaves.Count < last && _trusted.Count == 0)
                for (long gap = _leaves.Count; gap < last; gap++)
                    Add(
                        AuditFindingKind.Truncated,
                        0,
                        null,
                        gap,
                        $"The leaf at position {gap} was removed from the end of the tree."
                    );
            for (int i = (int)last; i < _leaves.Count; i++)
                // A leaf that the sink knows was sealed; its checkpoint was removed.
                if (i >= _trusted.Count || _trusted[i].EntryId != _leaves[i].Id)
                    Add(
                        AuditFindingKind.Inserted,
                        _leaves[i].Ledger,
                        _leaves[i].Id,
                        i,
                        $"The leaf of entry {_leaves[i].Id} is not part of a checkpoint."
                    );
        }

        /// <summary>What the sink knows cannot have been rewritten.</summary>
        void CompareWithSink(Checkpoint outside)
        {
            bool isShorter = _leaves.Count < outside.Size;
            if (!isShorter && _rootAtOutside!.AsSpan().SequenceEqual(outside.Root.Span))
                return;
            _isBroken = true;
            AuditFindingKind missing =
                checkpoints.Length > 0 && checkpoints[^1].Size >= outside.Size
                    ? AuditFindingKind.Truncated
                    : AuditFindingKind.RolledBack;
            if (_trusted.Count == 0)
            {
                for (long gap = _leaves.Count; gap < outside.Size; gap++)
                    Add(missing, 0, null, gap, $"The checkpoint sink knows an entry at position {gap}.");
                return;
            }
            Dictionary<Guid, int> present = [];
            for (int i = 0; i < _leaves.Count; i++)
                present.TryAdd(_leaves[i].Id, i);
            HashSet<Guid> known = [.. _trusted.Select(e => e.EntryId)];
            bool[] isTail = new bool[_trusted.Count];
            for (int i = _trusted.Count - 1; i >= 0 && !present.ContainsKey(_trusted[i].EntryId); i--)
                isTail[i] = true;
            foreach (SealedEntry entry in _trusted)
                if (!present.ContainsKey(entry.EntryId))
                    Add(
                        isTail[entry.Position] ? missing : AuditFindingKind.Deleted,
                        (short)entry.Ledger,
                        entry.EntryId,
                        entry.Position,
                        $"Entry {entry.EntryId} was removed together with its leaf."
                    );
            for (int i = 0; i < Math.Min(_leaves.Count, _trusted.Count); i++)
                if (!known.Contains(_leaves[i].Id))
                    Add(
                        AuditFindingKind.Inserted,
                        _leaves[i].Ledger,
                        _leaves[i].Id,
                        i,
                        $"Entry {_leaves[i].Id} was added together with a leaf."
                    );
            NameMoved(known, present);
        }

        /// <summary>Names leaves that changed places or hashes, disregarding those that are missing or new.</summary>
        void NameMoved(HashSet<Guid> known, Dictionary<Guid, int> present)
        {
            SealedEntry[] expected = [.. _trusted.Where(e => present.ContainsKey(e.EntryId))];
            (Guid Id, short Ledger)[] found = [.. _leaves.Where(l => known.Contains(l.Id))];
            for (int i = 0; i < Math.Min(expected.Length, found.Length); i++)
                if (expected[i].EntryId != found[i].Id)
                    Add(
                        AuditFindingKind.Reordered,
                        found[i].Ledger,
                        found[i].Id,
                        present[found[i].Id],
                        $"The leaf of entry {found[i].Id} was moved."
                    );
            foreach (SealedEntry entry in expected)
                if (!_hashes[present[entry.EntryId]].AsSpan().SequenceEqual(entry.Hash.Span))
                    Add(
                        AuditFindingKind.Edited,
                        (short)entry.Ledger,
                        entry.EntryId,
                        entry.Position,
                        $"Entry {entry.EntryId} was changed together with its leaf."
                    );
        }

        void ReportEdited()
        {
            foreach (StoredLeaf leaf in _edited)
                Add(
                    AuditFindingKind.Edited,
                    leaf.Ledger,
                    leaf.RowId,
                    leaf.Position,
                    $"Entry {leaf.RowId} was changed."
                );
        }

        void Add(AuditFindingKind kind, short ledger, Guid? entry, long? position, string description) =>
            owner._findings.Add(new AuditFinding(kind, month, (AuditLedgers)ledger, entry, position, description));

        /// <summary>PostgreSQL compares ids byte by byte.</summary>
        static readonly Comparer<Guid> ByBytes = Comparer<Guid>.Create(
            (a, b) => a.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(b.ToByteArray(bigEndian: true))
        );
    }
}
