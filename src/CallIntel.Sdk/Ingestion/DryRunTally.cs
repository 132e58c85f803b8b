using System.Globalization;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Counts the records of a dry run.</summary>
sealed class DryRunTally
{
    const int Remembered = 1_000_000,
        MostSamples = 3;

    readonly Dictionary<RejectReason, long> _reasons = [];
    readonly Dictionary<EventChannel, long> _channels = [];
    readonly Dictionary<EventDirection, long> _directions = [];
    readonly Dictionary<EventOutcome, long> _outcomes = [];
    readonly RejectCounter _rejects = new();
    readonly HashSet<Guid> _ids = [];
    readonly HashSet<Guid> _conversations = [];
    readonly Dictionary<DirectionBasis, long> _bases = [];
    readonly Dictionary<TimeBasis, long> _timeBases = [];
    readonly List<DryRunSample> _samples = [];
    long _accepted,
        _rejected,
        _repeated,
        _withheld,
        _unrecognized,
        _ownLines,
        _withoutConversation;
    DateTimeOffset? _earliest,
        _latest;

    internal void Reject(EventRecord record, RejectReason reason)
    {
        _rejected++;
        Count(_reasons, reason);
        _rejects.Add(reason, RejectDetail.Describe(record, reason));
    }

    internal void Accept(EventRecord record, in StagedEvent row, bool isUnrecognized)
    {
        _accepted++;
        bool isKnown = _ids.Count < Remembered ? !_ids.Add(row.Id) : _ids.Contains(row.Id);
        _repeated += isKnown ? 1 : 0;
        Count(_channels, record.Channel);
        _unrecognized += isUnrecognized ? 1 : 0;
        if (record.Change is not RecordChange.Deleted)
        {
            Count(_directions, record.Direction);
            Count(_bases, record.DirectionBasis);
            Count(_timeBases, record.TimeBasis);
            Count(_outcomes, record.Outcome);
            _withheld += row.Party is null ? 1 : 0;
            // and the first record of each other basis, so that every one can be checked
            if (_samples.Count < MostSamples || _bases[record.DirectionBasis] == 1 || _timeBases[record.TimeBasis] == 1)
                _samples.Add(Sample(record, row));
        }
        _ownLines += record.Member is not null || record.IsOnOwnLine || record.Details?.OwnNumber is not null ? 1 : 0;
        if (row.ConversationKey is { } conversation)
        {
            if (_conversations.Count < Remembered)
                _conversations.Add(conversation);
        }
        else if (!isKnown)
            _withoutConversation++;
        if (record.OccurredAt == default)
            return; // a deletion without a time
        _earliest = _earliest is { } first && first < record.OccurredAt ? first : record.OccurredAt;
        _latest = _latest is { } last && last > record.OccurredAt ? last : record.OccurredAt;
    }

    internal DryRunReport ToReport() =>
        new(_accepted + _rejected, _accepted, _repeated, _rejected, _reasons, _channels, _earliest, _latest)
        {
            RejectReasons = _rejects.ToList(),
            Directions = _directions,
            Outcomes = _outcomes,
            Withheld = _withheld,
            UnrecognizedNumbers = _unrecognized,
            Conversations = _conversations.Count + _withoutConversation,
            OwnLines = _ownLines,
            AssumedDirections = _bases.GetValueOrDefault(DirectionBasis.Assumed),
            DirectionBases = _bases,
            AssumedTimes = _timeBases.Where(pair => pair.Key is not TimeBasis.Stated).Sum(pair => pair.Value),
            TimeBases = _timeBases,
            Samples = _samples,
        };

    static DryRunSample Sample(EventRecord record, in StagedEvent row) =>
        new(
            record.Place,
            record.OccurredAt,
            record.Channel,
            record.Direction,
            record.Outcome,
            row.Party is { } party ? Mask(party) : null,
            record.Duration,
            (record.Body?.Length ?? 0) + (record.Transcript?.Length ?? 0) + (record.Summary?.Length ?? 0)
        )
        {
            DirectionBasis = record.DirectionBasis,
            TimeBasis = record.TimeBasis,
            OwnSide = record.Details?.OwnNumber is { } own ? Mask(own) : null,
        };

    static string Mask(PartyAddress party) =>
        party.Kind is NumberKind.E164
            ? $"{party.Value[..3]}{new string('*', party.Value.Length - 5)}{party.Value[^2..]}"
            : string.Create(CultureInfo.InvariantCulture, $"{party.Kind} of {party.Value.Length} characters");

    static string Mask(string ownSide) =>
        ownSide.Length >= 8 && ownSide.All(c => char.IsAsciiDigit(c) || c is '+')
            ? $"{ownSide[..3]}{new string('*', ownSide.Length - 5)}{ownSide[^2..]}"
            : string.Create(CultureInfo.InvariantCulture, $"{ownSide.Length} characters");

    static void Count<T>(Dictionary<T, long> counts, T key)
        where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}
