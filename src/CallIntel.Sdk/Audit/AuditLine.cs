using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CallIntel.Sdk.Audit;

/// <summary>Writes an entry as one line of text for a system that collects security events.</summary>
/// <remarks>Thread-safe. A line contains no line break, whatever the entry contains.</remarks>
public static class AuditLine
{
    const string Vendor = "CallIntel",
        OcsfVersion = "1.3.0";

    static readonly string Version = typeof(AuditLine).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Formats an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="format">The format.</param>
    /// <returns>One line without the line break at its end.</returns>
    public static string Format(AuditEntry entry, AuditFormat format)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return format switch
        {
            AuditFormat.Json => Json(writer => WriteJson(writer, entry)),
            AuditFormat.Cef => Cef(entry),
            AuditFormat.Ocsf => Json(writer => WriteOcsf(writer, entry)),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    static string Cef(AuditEntry entry)
    {
        bool isRead = entry.Ledger is AuditLedgers.Accesses;
        StringBuilder line = new();
        line.Append("CEF:0|").Append(Vendor).Append('|').Append(Vendor).Append('|').Append(Version).Append('|');
        AppendHeader(line, isRead ? "access" : $"change:{entry.Action}");
        line.Append('|');
        AppendHeader(
            line,
            isRead ? "Protected values were read"
                : entry.Object is null ? entry.Action
                : $"{entry.Action} {entry.Object}"
        );
        line.Append('|').Append(Severity(entry) * 2);
        line.Append('|');
        string prefix = "";
        Append("rt", entry.OccurredAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Append("externalId", entry.Id.ToString());
        Append("suser", entry.Member.ToString());
        Append("act", entry.Action);
        Append("cnt", entry.RowCount.ToString(CultureInfo.InvariantCulture));
        Append("reason", entry.Purpose.ToString());
        Append("cs1Label", "org");
        Append("cs1", entry.Org.ToString());
        if (entry.RequestId is { } request)
        {
            Append("cs2Label", "request");
            Append("cs2", request.ToString());
        }
        if (entry.Object is not null)
        {
            Append("cs3Label", "table");
            Append("cs3", entry.Object);
        }
        if (entry.Subject is { } subject)
            Append("duid", subject.ToString());
        if (isRead)
        {
            Append("cs4Label", "fields");
            Append("cs4", entry.Fields.ToString());
            Append("cs5Label", "ids");
            Append("cs5", string.Join(' ', entry.ReadIds));
        }
        if (entry.RowKeys.Count > 0)
        {
            Append("cs6Label", "keys");
            Append("cs6", string.Join(' ', entry.RowKeys));
        }
        if (entry.Detail is not null)
            Append("msg", entry.Detail);
        return line.ToString();

        void Append(string key, string value)
        {
            line.Append(prefix).Append(key).Append('=');
            AppendValue(line, value);
            prefix = " ";
        }
    }

    /// <summary>The header escapes the pipe and the backslash, and cannot contain line breaks.</summary>
    static void AppendHeader(StringBuilder line, string value)
    {
        foreach (char c in value)
            _ = c switch
            {
                '|' or '\\' => line.Append('\\').Append(c),
                '\r' or '\n' => line.Append(' '),
                _ => line.Append(c),
            };
    }

    /// <summary>Values of the extension escape the equals sign and the backslash, and encode line breaks.</summary>
    static void AppendValue(StringBuilder line, string value)
    {
        foreach (char c in value)
            _ = c switch
            {
                '=' or '\\' => line.Append('\\').Append(c),
                '\r' => line.Append("\\r"),
                '\n' => line.Append("\\n"),
                _ => line.Append(c),
            };
    }

    /// <summary>As in OCSF: 1 informational, 4 high.</summary>
    static int Severity(AuditEntry entry) => entry.IsAlert || entry.Operation is AuditOperation.Truncate ? 4 : 1;

    static void WriteOcsf(Utf8JsonWriter json, AuditEntry entry)
    {
        bool isRead = entry.Ledger is AuditLedgers.Accesses;
        (int category, int type) = isRead ? (6, 6003) : (3, 3004);
        int activity = isRead
            ? 2
            : entry.Operation switch
            {
                AuditOperation.Insert => 1,
                AuditOperation.Update => 3,
                AuditOperation.Delete or AuditOperation.Truncate => 4,
                _ => 99,
            };
        json.WriteNumber("category_uid", category);
        json.WriteNumber("class_uid", type);
        json.WriteNumber("activity_id", activity);
        json.WriteNumber("type_uid", type * 100 + activity);
        if (activity == 99)
            json.WriteString("activity_name", entry.Action);
        json.WriteNumber("severity_id", Severity(entry));
        json.WriteNumber("status_id", 1);
        json.WriteNumber("time", entry.OccurredAt.ToUnixTimeMilliseconds());
        json.WriteStartObject("metadata");
        json.WriteString("version", OcsfVersion);
        json.WriteString("uid", entry.Id);
        json.WriteString("tenant_uid", entry.Org.ToString());
        if (entry.RequestId is { } request)
            json.WriteString("correlation_uid", request);
        json.WriteStartObject("product");
        json.WriteString("name", Vendor);
        json.WriteString("vendor_name", Vendor);
        json.WriteString("version", Version);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("actor");
        json.WriteStartObject("user");
        json.WriteString("uid", entry.Member.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        if (isRead)
        {
            json.WriteStartObject("api");
            json.WriteString("operation", "read");
            json.WriteEndObject();
            json.WriteStartObject("src_endpoint");
            json.WriteString("name", Vendor);
            json.WriteEndObject();
            json.WriteStartArray("resources");
            foreach (Guid id in entry.ReadIds)
            {
                json.WriteStartObject();
                json.WriteString("uid", id);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject("entity");
            json.WriteString("type", entry.Object);
            if (entry.Subject is { } subject)
                json.WriteString("uid", subject);
            json.WriteEndObject();
        }
        json.WriteNumber("count", entry.RowCount);
        json.WriteStartObject("unmapped");
        WriteDetails(json, entry);
        json.WriteEndObject();
    }

    static void WriteJson(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteString("id", entry.Id);
        json.WriteString("ledger", entry.Ledger is AuditLedgers.Accesses ? "access" : "change");
        json.WriteString("org", entry.Org.ToString());
        json.WriteString("occurredAt", entry.OccurredAt.UtcDateTime);
        json.WriteString("member", entry.Member.ToString());
        if (entry.RequestId is { } request)
            json.WriteString("requestId", request);
        json.WriteString("action", entry.Action);
        if (entry.Object is not null)
            json.WriteString("object", entry.Object);
        if (entry.Operation is { } operation)
            json.WriteString("operation", operation.ToString());
        json.WriteNumber("rowCount", entry.RowCount);
        if (entry.Subject is { } subject)
            json.WriteString("subject", subject);
        if (entry.ReadIds.Count > 0)
        {
            json.WriteStartArray("readIds");
            foreach (Guid id in entry.ReadIds)
                json.WriteStringValue(id);
            json.WriteEndArray();
        }
        WriteDetails(json, entry);
    }

    /// <summary>What the schemas have no place for.</summary>
    static void WriteDetails(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteString("purpose", entry.Purpose.ToString());
        if (entry.Detail is not null)
            json.WriteString("detail", entry.Detail);
        if (entry.Fields is not ProtectedFields.None)
            json.WriteString("fields", entry.Fields.ToString());
        if (entry.IsAlert)
            json.WriteBoolean("alert", true);
        if (entry.RowKeys.Count > 0)
        {
            json.WriteStartArray("rowKeys");
            foreach (string key in entry.RowKeys)
                json.WriteStringValue(key);
            json.WriteEndArray();
        }
        if (entry.Images is not null)
        {
            json.WritePropertyName("images");
            json.WriteRawValue(entry.Images);
        }
    }

    static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
