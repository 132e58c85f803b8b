using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

sealed partial record FramedFormat
{
    internal static IReadOnlyList<FramedFormat> All { get; } =
    [
        new(
            "android messages",
            "<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"2\">\n",
            "\n  ",
            "\n</smses>",
            false,
            Of("android"),
            RecordSample.Markup(
                """<sms protocol="0" address="+4532123456" date="1767600000123" type="1" body="Hej &amp; """
                    + """&#55357;&#56832;" status="-1" />"""
            ),
            RecordSample.Markup(
                """<mms date="1767603600000" msg_box="2" address="+4532123456~+4540506070" m_id="m1" """
                    + """m_type="128"><parts><part seq="0" ct="image/png" cl="a.png" text="null" data="aGVsbG8=" />"""
                    + """<part ct="text/plain" text="Et dovendyr." /></parts><addrs><addr address="+4520101010" """
                    + """type="137" /><addr address="+4532123456" type="151" /></addrs></mms>"""
            )
        ),
        new(
            "android calls",
            "<calls>",
            "\n",
            "</calls>",
            false,
            Of("android"),
            RecordSample.Markup(
                """<call number="+4532123456" duration="72" date="1767600000853" type="1" presentation="1" />"""
            ),
            RecordSample.Markup("""<call number="-2" duration="0" date="1767600400000" type="3" />""")
        ),
        new(
            "android json",
            "",
            "\n",
            "\n",
            true,
            Of("android"),
            RecordSample.Json(
                """{"_id":"1","address":"+4532123456","date":"1767600000123","type":"1","body":"Hej","read":"1"}""",
                isLine: true
            ),
            RecordSample.Json(
                Joined(
                    """
                    {"_id":"9","date":"1767603600","msg_box":"2","m_type":"128","sub":"Weekend","__sender_address":
                    {"address":"+4520101010","type":"137"},"__recipient_addresses":[{"address":"+4532123456",
                    "type":"151"}],"__parts":[{"ct":"text/plain","text":"Two"},{"ct":"image/jpeg","_data":"a/b.jpg"}]}
                    """
                ),
                isLine: true
            ),
            RecordSample.Json(
                """{"number":"+4532123456","date":"1767600000853","duration":"72","type":"1","presentation":"1"}""",
                isLine: true
            )
        ),
        new(
            "twilio",
            "",
            "\n",
            "\n",
            true,
            Of("twilio"),
            RecordSample.Json(
                Joined(
                    """
                    {"sid":"CA01","parent_call_sid":"CA00","to":"+4520101010","from":"+4532123456","status":"completed",
                    "start_time":"2026-01-05T09:00:02Z","duration":"60","price":"-0.00850","price_unit":"USD",
                    "direction":"inbound","forwarded_from":"+4540506070","date_created":"2026-01-05T09:00:00Z",
                    "date_updated":"2026-01-05T09:01:02Z"}
                    """
                ),
                isLine: true
            ),
            RecordSample.Json(
                Joined(
                    """
                    {"sid":"MM03","account_sid":"AC1","to":"+4520101010","from":"+4532123456","body":"a",
                    "status":"received","direction":"inbound","num_media":"2","date_created":"2026-01-05T08:02:00Z",
                    "error_code":30003,"price":null}
                    """
                ),
                isLine: true
            )
        ),
        new(
            "ringcentral page",
            "{\"uri\": \"x\", \"records\": [\n",
            ",\n  ",
            "\n], \"syncInfo\": {\"syncToken\": \"t\"}}",
            false,
            Of("ringcentral"),
            RecordSample.Json(
                """{ "id": "A1", "telephonySessionId": "s1", "startTime": "2026-01-05T08:00:00.123Z","""
                    + """ "duration": 90, "durationMs": 90123, "type": "Voice", "direction": "Inbound","""
                    + """ "result": "Accepted", "from": { "phoneNumber": "+4532123456" }, "to": """
                    + """{ "phoneNumber": "+4520101010" }, "extension": { "id": 2 },"""
                    + """ "lastModifiedTime": "2026-01-05T08:02:00.000Z", "recording": { "contentUri": "u" },"""
                    + """ "billing": { "costPurchased": 0.016 }, "legs": [ { "master": true }, """
                    + """{ "startTime": "2026-01-05T08:00:04Z", "duration": 12, "direction": "Outbound","""
                    + """ "action": "Transfer", "result": "Stopped", "to": { "extensionNumber": "101" } } ] }""",
                isLine: false
            ),
            RecordSample.Json(
                """{ "id": "A3", "startTime": "2026-01-05T08:20:00.000Z", "duration": 22,"""
                    + """ "direction": "Inbound", "result": "Voicemail", "from": { "phoneNumber": "+4532123456" },"""
                    + """ "message": { "uri": "u", "type": "VoiceMail" } }""",
                isLine: false
            )
        ),
        new(
            "ringcentral records",
            "",
            "\n",
            "\n",
            false,
            Of("ringcentral"),
            RecordSample.Json(
                Joined(
                    """
                    {"id":"A5","startTime":"2026-01-05T08:40:00.000Z","deleted":true,
                    "lastModifiedTime":"2026-01-06T00:00:00.000Z"}
                    """
                ),
                isLine: false
            ),
            RecordSample.Json(
                Joined(
                    """
                    {"id":"A2","startTime":"2026-01-05T08:10:00Z","durationMs":0,"direction":"Outbound","result":"Busy",
                    "to":{"extensionNumber":"102"},"from":{"name":"Anonymous"}}
                    """
                ),
                isLine: false
            )
        ),
        new(
            "asterisk",
            "",
            "\n",
            "\n",
            true,
            Of("asterisk"),
            RecordSample.Csv(
                "\"\",\"+4532123456\",\"101\",\"from-trunk\",\"\"\"Anna\"\" <x>\",\"SIP/t-1\",\"SIP/101-2\","
                    + "\"Dial\",\"SIP/101\",2026-01-05 09:00:00,,2026-01-05 09:01:05,65,60,ANSWERED,DOCUMENTATION,"
                    + "1767600000.1,"
            ),
            RecordSample.Csv(
                ",101,+4532123456,from-internal,Bo,SIP/101-3,SIP/t-4,Dial,SIP/t,2026-01-05 10:00:00,,"
                    + "2026-01-05 10:00:30,30,0,NO ANSWER,DOCUMENTATION,1767603600.3,note,,1767603600.3,12"
            )
        ),
        new(
            "freeswitch csv",
            "",
            "\n",
            "\n",
            true,
            Of("freeswitch"),
            RecordSample.Csv(
                "\"Anna\",\"+4532123456\",\"101\",\"public\",\"2026-01-05 09:00:00\",\"2026-01-05 09:00:05\","
                    + "\"2026-01-05 09:01:05\",\"65\",\"60\",\"NORMAL_CLEARING\",\"aaaa-1\",\"bbbb-1\",\"\",\"PCMA\""
            ),
            RecordSample.Csv(
                "Front,101,+4532123457,default,2026-01-05 10:00:00,,2026-01-05 10:00:20,20,0,USER_BUSY,aaaa-2,,acc"
            )
        ),
        new(
            "freeswitch json",
            "",
            "\n",
            "\n",
            true,
            Of("freeswitch"),
            RecordSample.Json(
                Joined(
                    """
                    {"core-uuid":"c","channel_data":{"direction":"outbound"},"variables":{"uuid":"b-1","originator":
                    "a-1","start_uepoch":"1767600002123456","start_epoch":"1767600002","answer_epoch":"0","billsec":"0",
                    "hangup_cause":"LOSE_RACE","sip_term_status":"487"},"callflow":[{"caller_profile":
                    {"caller_id_number":"%2B4532123456","destination_number":"102","context":"public"}}]}
                    """
                ),
                isLine: true
            )
        ),
        new(
            "google voice",
            "<html><head><title>Anna</title></head><body><div class=\"hChatLog hfeed\">",
            "\n",
            "</div><div class=\"tags\"><a rel=\"tag\" href=\"http://www.google.com/voice#sms\">Text</a>"
                + "</div></body></html>",
            false,
            Of("google-voice"),
            RecordSample.Markup(
                """<div class="message"><abbr class="dt" title="2026-01-05T00:00:00.270-08:00">Jan 5</abbr>: """
                    + """<cite class="sender vcard"><a class="tel" href="tel:+14155550100"><span class="fn">"""
                    + """Anna</span></a></cite>: <q>Do you like hats?<br>second</q> <div><img src="a-2-1" alt="x" />"""
                    + """</div></div>"""
            )
        ),
        new(
            "vcon",
            "[",
            ",\n",
            "]",
            false,
            Of("vcon"),
            RecordSample.Json(
                """{ "vcon": "0.4.0", "uuid": "018c8a7e", "updated_at": "2026-01-05T11:00:00Z", "parties": [ """
                    + """{ "tel": "+4532123456", "name": "Anna" }, { "tel": "tel:+4520101010", "role": "agent" } ],"""
                    + """ "dialog": [ { "type": "recording", "start": "2026-01-05T09:00:00.500+01:00", "duration": """
                    + """61.5, "parties": [0, 1], "originator": 0, "mediatype": "audio/wav","""
                    + """ "encoding": "base64url", "body": "UklGRg" } ], "analysis": [ { "type": "transcript","""
                    + """ "dialog": 0, "encoding": "json", "body": "{\"segments\":[{\"speaker\":\"Anna\","""
                    + """\"text\":\"Hello?\"}]}" }, { "type": "summary", "dialog": [0, 1], "body": "They greet." } """
                    + """] }""",
                isLine: false
            ),
            RecordSample.Json(
                """{ "payload": "eyJ1dWlkIjoidTIiLCJwYXJ0aWVzIjpbeyJ0ZWwiOiIrNDUzMjEyMzQ1NiJ9LHsidGVsIjoiKzQ1M"""
                    + """jAxMDEwMTAifV0sImRpYWxvZyI6W3sidHlwZSI6InRleHQiLCJzdGFydCI6IjIwMjYtMDEtMDVUMTI6MDA6MDBaIiwi"""
                    + """cGFydGllcyI6WzAsMV0sImVuY29kaW5nIjoibm9uZSIsImJvZHkiOiJzaWduZWQifV19","""
                    + """ "signatures": [ { "protected": "e30", "signature": "AA" } ] }""",
                isLine: false
            ),
            RecordSample.Json(
                """{ "uuid": "u3", "parties": [ { "tel": "+4532123456" }, { "role": "agent" } ], "dialog": [ """
                    + """{ "type": "text", "start": "2026-01-05T10:01:00Z", "parties": [1, 0], "body": "Ring","""
                    + """ "message_id": "m1", "callintel": { "channel": "sms", "outcome": "completed","""
                    + """ "externalId": null, "leg": 1, "price": 1.5, "currency": "DKK", "parts": [ """
                    + """{ "mediatype": "image/png", "reference": "r", "size": 5 } ], "parties": [ { "party": 0,"""
                    + """ "role": "cc", "start": "2026-01-05T10:01:00Z", "duration": 3 } ] } } ] }""",
                isLine: false
            )
        ),
        new(
            "mapped csv",
            "time,from,way,seconds,cost,text\n",
            "\n",
            "\n",
            true,
            stream =>
                CsvImporter.ReadAsync(
                    stream,
                    Mapped(new CsvMapping(), quoting: true),
                    TestContext.Current.CancellationToken
                ),
            RecordSample.Csv("2026-01-05T10:00:00,+4532123456,in,60,-0.5,hello", quotes: false),
            RecordSample.Unharmed(
                "2026-01-05T10:00:00,+4532123456,out,60,,\"two\nlines, \"\"quoted\"\"\n2026-01-05T10:00:00,"
                    + "+4599999999,in,1,,forged\""
            )
        ),
        new(
            "mapped csv without quoting",
            "time,from,way,seconds,cost,text\n",
            "\n",
            "\n",
            true,
            stream =>
                CsvImporter.ReadAsync(
                    stream,
                    Mapped(new CsvMapping(), quoting: false),
                    TestContext.Current.CancellationToken
                ),
            RecordSample.Csv("2026-01-05T10:00:00,+4532123456,in,60,-0.5,\"hello"),
            RecordSample.Csv("05-01-2026,+4532123456,out,1.5,0,\"")
        ),
        new(
            "mapped json lines",
            "",
            "\n",
            "\n",
            true,
            stream => JsonLinesImporter.ReadAsync(stream, Json(), TestContext.Current.CancellationToken),
            RecordSample.Json(
                """{"id": 17, "at": 1767600000000, "from": {"number": "+4532123456"}, "ms": 1500,"""
                    + """ "state": "new", "cost": "0.5", "turns": [{"who": "a", "text": "Hi"}, {"text": "S"}]}""",
                isLine: true
            ),
            RecordSample.Json("""{"id": "18", "state": "deleted"}""", isLine: true)
        ),
    ];

    internal static CsvMapping Mapped(CsvMapping mapping, bool quoting)
    {
        (mapping.Quoting, mapping.LineIsIdentity, mapping.Body) = (quoting, true, "text");
        mapping.Time = new() { Field = "time", TimeZone = "Europe/Copenhagen" };
        mapping.Channel = new() { Constant = EventChannel.Sms };
        mapping.Direction = new()
        {
            Field = "way",
            Map = new Dictionary<string, EventDirection>
            {
                ["in"] = EventDirection.Inbound,
                ["out"] = EventDirection.Outbound,
            },
        };
        mapping.Party = new() { Field = "from" };
        mapping.Duration = new() { Field = "seconds" };
        mapping.Price = new() { Field = "cost", Currency = "DKK" };
        return mapping;
    }

    internal static JsonMapping Json() =>
        new()
        {
            Time = new() { Field = "at", Format = TimeFormat.UnixMilliseconds },
            Channel = new() { Constant = EventChannel.Call },
            Direction = new() { Constant = EventDirection.Inbound },
            Party = new() { Field = "from.number" },
            Duration = new() { Field = "ms", PerSecond = 1000 },
            Price = new() { Field = "cost", Currency = "DKK" },
            Deletion = new() { Field = "state", Values = ["deleted"] },
            ExternalId = "id",
            Turns = new() { Field = "turns", Speaker = "who" },
        };

    static string Joined(string lines) => lines.ReplaceLineEndings("");

    static Func<Stream, IAsyncEnumerable<EventRecord>> Of(string format) =>
        stream => GoldenUnitTests.Read(format, stream);
}
