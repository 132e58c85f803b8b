using System.Globalization;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>The columns of one call detail record, by name.</summary>
readonly record struct CdrColumns(
    string Source,
    string Destination,
    string Context,
    string LastApplication,
    string Start,
    string BillableSeconds,
    string Disposition,
    string UniqueId,
    string LinkedId,
    string Sequence
)
{
    internal const string TimePattern = "yyyy-MM-dd HH:mm:ss";

    /// <summary>
    /// Finds the columns: the position of the start time shows which layout it is, and the number of columns shows
    /// which optional ones there are. Returns null if the fields are not a call detail record.
    /// </summary>
    internal static CdrColumns? Find(List<string> fields)
    {
        if (fields is [.., ""] && fields.Count is 17 or 19 or 22)
            fields.RemoveAt(fields.Count - 1); // some versions end each line with a comma
        if (fields.Count is >= 16 and <= 21 && IsTime(fields[9]))
            return Master(fields);
        // cdr_custom.conf as shipped: clid comes first, and the account code follows the flags
        return fields.Count is >= 14 and <= 19 && IsTime(fields[8])
            ? new CdrColumns(
                fields[1],
                fields[2],
                fields[3],
                fields[6],
                fields[8],
                fields[12],
                fields[13],
                At(fields, 16),
                "",
                At(fields, 18)
            )
            : null;
    }

    static CdrColumns Master(List<string> fields)
    {
        int extra = fields.Count - 16;
        bool hasNewColumns = extra >= 3;
        int optional = hasNewColumns ? extra - 3 : extra;
        // a single optional column can only be identified by its value
        string uniqueId = optional == 2 || (optional == 1 && IsUniqueId(fields[16])) ? fields[16] : "";
        return new CdrColumns(
            fields[1],
            fields[2],
            fields[3],
            fields[7],
            fields[9],
            fields[13],
            fields[14],
            uniqueId,
            hasNewColumns ? fields[^2] : "",
            hasNewColumns ? fields[^1] : ""
        );
    }

    static bool IsTime(string text) =>
        DateTime.TryParseExact(text, TimePattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    static bool IsUniqueId(string text) => CreatedAt(text) is not null;

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

    static string At(List<string> fields, int column) => column < fields.Count ? fields[column] : "";
}
