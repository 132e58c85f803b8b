using System.Text;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>
/// Values that are invalid in most fields: too large, too early, of another type, halves of characters, and syntax of
/// other formats.
/// </summary>
static class BadValues
{
    static readonly string[] Words =
    [
        "",
        " ",
        "null",
        "0",
        "-1",
        "-0",
        "1.5",
        "1e999",
        "NaN",
        "2147483648",
        "9223372036854775807",
        "-9223372036854775808",
        "-62135596800001",
        "253402300800000",
        "99999999999999999999",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999",
        "9999-12-31T23:59:59-14:00",
        "1979-12-31T23:59:59Z",
        "2026-03-29 02:30:00",
        "2025-10-26 02:30:00",
        "2026-02-30T10:00:00Z",
        "24:00",
        "PT1H",
        "P99999999999D",
        "-P106751991167DT1S",
        "+",
        "++45",
        "+4500000000",
        "tel:",
        "sip:@",
        "anonymous",
        "~",
        "~~~~",
        "-",
        "-.",
        "1.",
        "a-1.1",
        "99999999999.1",
        "true",
        "ANSWERED",
        "Inbound",
        "inbound",
        "1",
        "7",
        "137",
        "'; drop table callintel_private.events; --",
        "{0}",
        "%n",
        "&",
        "&amp;",
        "&#0;",
        "&#55357;",
        "&#xFFFFFFFF;",
        "&#x10FFFF;",
        "&bomb;",
        "\\",
        "\t",
        "\r",
        "\0",
        "\u202E",
        "\uFEFF",
        "\u00E6\u00F8\u00E5",
        "\U0001F600",
        new('9', 400),
        new('x', 5000),
        string.Concat(Enumerable.Repeat("&", 300)),
        new('~', 3000),
    ];

    /// <summary>The values as text of a field or an attribute. The last ones are not UTF-8.</summary>
    internal static byte[][] Texts { get; } =
    [.. Words.Select(Encoding.UTF8.GetBytes), [0xFF], [0xC3], [0xED, 0xA0, 0xBD], [0xE6, 0xF8, 0xE5]];

    /// <summary>
    /// The values as JSON: each text as a string, numbers, other types, deep nesting, and strings that are not valid
    /// text.
    /// </summary>
    internal static byte[][] Json { get; } =
    [
        .. Words.Select(word => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(word)),
        .. new[]
        {
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1.5",
            "1e999",
            "-9223372036854775808",
            "9223372036854775808",
            "79228162514264337593543950336",
            "[]",
            "{}",
            "[{}]",
            "[[]]",
            "[0,0,-1,99]",
            "{\"phoneNumber\":{}}",
            "\"\\ud83d\"",
            "\"\\udc00x\"",
            "\"\\u0000\"",
            "{\"\\ud800\":1}",
            "[\"\\ud800\"]",
            "01",
            "+1",
            "nul",
            "'x'",
            "\"\\x\"",
            new string('[', 70) + new string(']', 70),
            string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "0" + new string('}', 70),
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xFF, (byte)'"'],
        [(byte)'"', 0xC3, (byte)'"'],
    ];
}
