using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>The order of the columns of a file.</summary>
/// <remarks>
/// A header names the columns. Without a header, the kinds of several values show the layout: a start time alone does
/// not, because the time of the answer stands beside it.
/// </remarks>
sealed class CdrLayout
{
    /// <summary>The layout of <c>cdr_csv</c>. Up to five optional columns follow.</summary>
    static readonly CdrLayout Master = new(
        "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,"
            + "disposition,amaflags"
    );

    /// <summary>The layout that <c>cdr_custom.conf</c> is shipped with.</summary>
    static readonly CdrLayout Custom = new(
        "clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,"
            + "amaflags,accountcode,uniqueid,userfield,sequence"
    );

    /// <summary>The layout of the table <c>cdr</c> of FreePBX.</summary>
    static readonly CdrLayout Table = new(
        "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
            + "accountcode,uniqueid,userfield,did,recordingfile,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,"
            + "linkedid,peeraccount,sequence"
    );

    static readonly HashSet<string> Dispositions = new(StringComparer.OrdinalIgnoreCase)
    {
        "ANSWERED",
        "NO ANSWER",
        "BUSY",
        "FAILED",
        "CONGESTION",
    };

    readonly Dictionary<string, int> _columns = [];
    readonly int _count;

    CdrLayout(string names)
        : this(names.Split(',')) { }

    CdrLayout(IReadOnlyList<string> names, char delimiter = ',')
    {
        (_count, Delimiter) = (names.Count, delimiter);
        for (int i = 0; i < names.Count; i++)
            _columns.TryAdd(Plain(names[i]), i);
    }

    internal char Delimiter { get; }

    /// <summary>Returns the layout that a header names, or null if the line is not a header.</summary>
    internal static CdrLayout? FromHeader(string line)
    {
        if (!line.Contains("dst", StringComparison.OrdinalIgnoreCase))
            return null;
        foreach (char delimiter in ",;\t")
        {
            List<string> names = [];
            if (!CsvFields.TrySplit(line, delimiter, true, names) || names.Count < 5)
                continue;
            CdrLayout layout = new(names, delimiter);
            if (
                layout.Has("calldate", "start", "starttime", "date")
                && layout.Has("src", "source")
                && layout.Has("dst", "destination")
                && layout.Has("disposition", "status")
                && layout.Has("channel", "srcchannel", "dcontext", "lastapp", "uniqueid")
            )
                return layout;
        }
        return null;
    }

    /// <summary>
    /// Finds the columns of a line of a file without a header. Returns null if the fields are not a call detail record.
    /// </summary>
    internal static CdrColumns? Find(List<string> fields)
    {
        if (fields is [.., ""] && fields.Count is 17 or 19 or 22)
            fields.RemoveAt(fields.Count - 1); // some versions end each line with a comma
        if (fields.Count is >= 16 and <= 21 && CdrTime.IsTime(fields[9]) && CdrTime.IsSeconds(fields[13]))
            return WithOptional(fields, Master.Read(fields));
        if (
            fields.Count is >= 14 and <= 24
            && CdrTime.IsTime(fields[8])
            && CdrTime.IsSeconds(fields[12])
            && !CdrTime.IsSeconds(fields[13])
        )
            return Custom.Read(fields) with
            {
                // columns that the sample does not have are often appended
                LinkedId = fields
                    .Skip(Custom._count)
                    .FirstOrDefault(text => CdrColumns.CreatedAt(text) is not null, ""),
            };
        return
            fields.Count is >= 14 and <= 27
            && CdrTime.IsTime(fields[0])
            && CdrTime.IsSeconds(fields[10])
            && Dispositions.Contains(fields[11])
            ? Table.Read(fields)
            : null;
    }

    /// <summary>
    /// Finds the columns of a line of a file with this header. Returns null if the line has another number of fields.
    /// </summary>
    internal CdrColumns? FindByHeader(List<string> fields)
    {
        if (fields.Count == _count + 1 && fields[^1].Length == 0)
            fields.RemoveAt(fields.Count - 1);
        return fields.Count == _count ? Read(fields) : null;
    }

    /// <summary>Adds the optional columns of <c>cdr_csv</c>, whose number shows which of them there are.</summary>
    static CdrColumns WithOptional(List<string> fields, CdrColumns cdr)
    {
        int extra = fields.Count - Master._count;
        bool hasNewColumns = extra >= 3;
        int optional = hasNewColumns ? extra - 3 : extra;
        // a single optional column can only be identified by its value
        bool hasUniqueId = optional == 2 || (optional == 1 && CdrColumns.CreatedAt(fields[16]) is not null);
        return cdr with
        {
            UniqueId = hasUniqueId ? fields[16] : "",
            LinkedId = hasNewColumns ? fields[^2] : "",
            Sequence = hasNewColumns ? fields[^1] : "",
        };
    }

    CdrColumns Read(List<string> fields) =>
        new()
        {
            Source = At(fields, "src", "source"),
            Destination = At(fields, "dst", "destination"),
            Context = At(fields, "dcontext"),
            Channel = At(fields, "channel", "srcchannel"),
            DestinationChannel = At(fields, "dstchannel"),
            LastApplication = At(fields, "lastapp"),
            Start = At(fields, "calldate", "start", "starttime", "date"),
            BillableSeconds = At(fields, "billsec", "duration"),
            Disposition = At(fields, "disposition", "status"),
            UniqueId = At(fields, "uniqueid"),
            LinkedId = At(fields, "linkedid"),
            Sequence = At(fields, "sequence"),
            Did = At(fields, "did"),
            CallerNumber = At(fields, "cnum"),
            OutboundNumber = At(fields, "outboundcnum"),
        };

    bool Has(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (_columns.ContainsKey(name))
                return true;
        return false;
    }

    string At(List<string> fields, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (_columns.TryGetValue(name, out int column))
                return column < fields.Count ? fields[column] : "";
        return "";
    }

    /// <summary>
    /// The letters and digits of a name in lower case: <c>Src. Channel</c> becomes <c>srcchannel</c>.
    /// </summary>
    static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
