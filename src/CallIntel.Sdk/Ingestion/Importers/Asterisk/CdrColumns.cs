using System.Globalization;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>The columns of one call detail record, by name. Columns that the file does not have are empty.</summary>
readonly record struct CdrColumns
{
    internal string Source { get; init; }

    internal string Destination { get; init; }

    internal string Context { get; init; }

    internal string Channel { get; init; }

    internal string DestinationChannel { get; init; }

    internal string LastApplication { get; init; }

    internal string Start { get; init; }

    internal string BillableSeconds { get; init; }

    internal string Disposition { get; init; }

    internal string UniqueId { get; init; }

    internal string LinkedId { get; init; }

    internal string Sequence { get; init; }

    /// <summary>The number of the org that was called. FreePBX adds it to calls from outside.</summary>
    internal string Did { get; init; }

    /// <summary>The number of the calling telephone, before it is replaced by a number that others may see.</summary>
    internal string CallerNumber { get; init; }

    /// <summary>The number that replaced the one of the calling telephone.</summary>
    internal string OutboundNumber { get; init; }

    /// <summary>
    /// The Unix time in a uniqueid, which ends with the second of its creation and a counter: <c>pbx1-1497952162.7</c>.
    /// Null if the text is not a uniqueid.
    /// </summary>
    internal static long? CreatedAt(string uniqueId)
    {
        int dot = uniqueId.LastIndexOf('.'),
            start = uniqueId.LastIndexOf('-') + 1;
        return
            dot > start
            && long.TryParse(uniqueId.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && long.TryParse(
                uniqueId.AsSpan(start, dot - start),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long seconds
            )
            && seconds is > 0 and < 253_402_300_800
            ? seconds
            : null;
    }
}
