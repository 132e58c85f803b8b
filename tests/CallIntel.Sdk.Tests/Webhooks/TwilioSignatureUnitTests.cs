using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Webhooks;

namespace CallIntel.Sdk.Tests.Webhooks;

/// <summary>
/// Tests the examples that Twilio publishes, and attacks with a captured request by somebody without the auth token.
/// </summary>
public sealed class TwilioSignatureUnitTests
{
    const string Url = "https://mycompany.com/myapp.php?foo=1&bar=2",
        Signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    const string Body = """{"property": "value", "boolean": true}""",
        BodyDigest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

    // as published: out of alphabetical order
    static readonly KeyValuePair<string, string>[] Form =
    [
        new("CallSid", "CA1234567890ABCDE"),
        new("From", "+14158675309"),
        new("Digits", "1234"),
        new("To", "+18005551212"),
        new("Caller", "+14158675309"),
    ];

    static readonly TwilioSignature Twilio = new("12345");

    [Fact]
    public void The_published_example_is_valid_in_any_parameter_order()
    {
        Assert.Equal(WebhookVerdict.Valid, Twilio.VerifyForm(Url, Form, Signature));
        Assert.Equal(WebhookVerdict.Valid, Twilio.VerifyForm(Url, Form.Reverse(), Signature));
    }

    [Theory]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w=")] // signed with :443
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4=")] // signed with :80
    [InlineData("https://mycompany.com:443/myapp.php?foo=1&bar=2", Signature)]
    [InlineData("https://mycompany.com:1234/myapp.php?foo=1&bar=2", Signature)]
    [InlineData("https://mycompany.com:80/myapp.php?foo=1&bar=2", Signature)]
    public void The_port_can_be_part_of_the_signed_address_or_not(string url, string signature) =>
        Assert.Equal(WebhookVerdict.Valid, Twilio.VerifyForm(url, Form, signature));

    [Theory]
    [InlineData("https://h.example:8443/tw", "https://h.example:8443/tw", WebhookVerdict.Valid)]
    [InlineData("https://h.example:8443/tw", "https://h.example/tw", WebhookVerdict.Valid)]
    [InlineData("https://[2001:db8::1]:8443/tw", "https://[2001:db8::1]/tw", WebhookVerdict.Valid)]
    [InlineData("https://[2001:db8::1]/tw", "https://[2001:db8::1]:443/tw", WebhookVerdict.Valid)]
    [InlineData("https://user:pass@h.example/tw", "https://h.example/tw", WebhookVerdict.Valid)]
    [InlineData("https://user:p%40ss@h.example:8443/tw?a=b:c@d", "https://h.example/tw?a=b:c@d", WebhookVerdict.Valid)]
    [InlineData("https://user:pass@h.example/tw", "https://user:pass@h.example/tw", WebhookVerdict.Valid)]
    [InlineData("https://h.example:8443/tw", "https://h.example:443/tw", WebhookVerdict.WrongSignature)]
    [InlineData("https://h.example/tw", "https://h.example:8443/tw", WebhookVerdict.WrongSignature)]
    [InlineData("https://h.example/tw", "https://user:pass@h.example/tw", WebhookVerdict.WrongSignature)]
    [InlineData("https://h.example/tw", "https://evil.example@h.example/tw", WebhookVerdict.WrongSignature)]
    [InlineData("https://h.example/a@b:1/tw", "https://b/tw", WebhookVerdict.WrongSignature)]
    public void Ports_and_credentials_of_the_configured_address_are_optional(
        string configured,
        string signedUrl,
        WebhookVerdict verdict
    ) => Assert.Equal(verdict, Twilio.VerifyForm(configured, [], Signed("12345", signedUrl)));

    [Theory]
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2")]
    [InlineData("https://mycompany.com.evil.example/myapp.php?foo=1&bar=2")]
    [InlineData("https://mycompany.com/myapp.php?foo=1")]
    [InlineData("https://mycompany.com/myapp.php?bar=2&foo=1")]
    [InlineData("no address")]
    [InlineData("https://")]
    public void A_signature_for_another_address_is_rejected(string url) =>
        Assert.Equal(WebhookVerdict.WrongSignature, Twilio.VerifyForm(url, Form, Signature));

    [Fact]
    public void Changed_added_and_removed_parameters_are_rejected_and_equal_ones_count_once()
    {
        foreach (int i in Enumerable.Range(0, Form.Length))
        {
            KeyValuePair<string, string> old = Form[i];
            foreach (
                KeyValuePair<string, string>[] altered in new KeyValuePair<string, string>[][]
                {
                    [.. Form.Except([old])],
                    [.. Form, new(old.Key, "")],
                    [.. Form.Except([old]), new(old.Key, old.Value + " ")],
                    [.. Form.Except([old]), new(old.Key.ToLowerInvariant(), old.Value)],
                    [.. Form.Except([old]), new("A" + old.Key, old.Value)],
                }
            )
                Assert.Equal(WebhookVerdict.WrongSignature, Twilio.VerifyForm(Url, altered, Signature));
            Assert.Equal(WebhookVerdict.Valid, Twilio.VerifyForm(Url, [.. Form, old], Signature));
        }
        KeyValuePair<string, string>[] twice =
        [
            new("Sid", "CA123"),
            new("SidAccount", "AC123"),
            new("Digits", "5678"),
            new("Digits", "1234"),
        ];
        Assert.Equal(WebhookVerdict.Valid, Twilio.VerifyForm(Url, twice, "IK+Dwps556ElfBT0I3Rgjkr1wJU="));
        Assert.Equal(
            WebhookVerdict.Valid,
            Twilio.VerifyForm(Url, [.. twice, new("Digits", "1234")], "IK+Dwps556ElfBT0I3Rgjkr1wJU=")
        );
    }

    /// <summary>A limit of the provider's scheme, which the guide tells: not to be taken for more than it is.</summary>
    [Fact]
    public void Moving_letters_between_adjacent_parameters_is_not_detected_because_Twilio_signs_no_separators()
    {
        Assert.Equal(
            WebhookVerdict.Valid,
            Twilio.VerifyForm(Url, [.. Form.Where(p => p.Key != "Digits"), new("Digits1", "234")], Signature)
        );
        Assert.Equal(
            WebhookVerdict.Valid,
            Twilio.VerifyForm(
                Url,
                [.. Form.Where(p => p.Key is not ("Digits" or "From")), new("Digits", "1234From+14158675309")],
                Signature
            )
        );
    }

    [Theory]
    [InlineData(null, WebhookVerdict.MissingSignature)]
    [InlineData("", WebhookVerdict.MissingSignature)]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8", WebhookVerdict.Malformed)]
    [InlineData("RSOYDt4T1cUTdK1PDd93", WebhookVerdict.Malformed)]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8= ", WebhookVerdict.Malformed)]
    [InlineData("????????????????????????????", WebhookVerdict.Malformed)]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8BA=", WebhookVerdict.WrongSignature)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAA=", WebhookVerdict.WrongSignature)]
    public void Missing_truncated_and_wrong_signatures_are_rejected(string? signature, WebhookVerdict verdict) =>
        Assert.Equal(verdict, Twilio.VerifyForm(Url, Form, signature));

    [Theory]
    [InlineData(Url + "&bodySHA256=" + BodyDigest, "a9nBmqA0ju/hNViExpshrM61xv4=")]
    [InlineData("https://mycompany.com/myapp.php?bodySHA256=" + BodyDigest, "y77kIzt2vzLz71DgmJGsen2scGs=")]
    public void The_published_body_is_valid_and_an_altered_body_is_rejected(string url, string signature)
    {
        Assert.Equal(WebhookVerdict.Valid, Twilio.VerifyBody(url, Encoding.UTF8.GetBytes(Body), signature));
        foreach (string altered in new[] { "", " " + Body, Body.Replace("true", "false", StringComparison.Ordinal) })
            Assert.Equal(
                WebhookVerdict.WrongSignature,
                Twilio.VerifyBody(url, Encoding.UTF8.GetBytes(altered), signature)
            );
        string other = url.Replace(
            BodyDigest,
            Convert.ToHexStringLower(SHA256.HashData("{}"u8)),
            StringComparison.Ordinal
        );
        Assert.Equal(WebhookVerdict.WrongSignature, Twilio.VerifyBody(other, "{}"u8, signature));
    }

    [Theory]
    [InlineData(Url)]
    [InlineData(Url + "&bodySHA256=")]
    [InlineData(Url + "&bodySHA256=zz1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620")]
    [InlineData(Url + "&bodySHA256=" + BodyDigest + "&bodySHA256=" + BodyDigest)]
    public void A_body_is_rejected_unless_the_address_contains_its_digest_exactly_once(string url) =>
        Assert.Equal(
            WebhookVerdict.Malformed,
            Twilio.VerifyBody(url, Encoding.UTF8.GetBytes(Body), Signed("12345", url))
        );

    [Fact]
    public void During_a_rotation_only_the_two_configured_tokens_are_accepted()
    {
        TwilioSignature rotating = new("next", "12345");
        Assert.Equal(WebhookVerdict.Valid, rotating.VerifyForm(Url, Form, Signature));
        Assert.Equal(WebhookVerdict.Valid, rotating.VerifyForm(Url, [], Signed("next", Url)));
        Assert.Equal(WebhookVerdict.WrongSignature, rotating.VerifyForm(Url, [], Signed("last", Url)));
        Assert.Equal(WebhookVerdict.WrongSignature, new TwilioSignature("next").VerifyForm(Url, Form, Signature));
    }

    [Fact]
    public void Missing_and_empty_tokens_are_rejected()
    {
        foreach (string[] none in new[] { [], [""], [" "], new[] { "12345", "" } })
            Assert.Equal(
                ErrorCodes.InvalidWebhookOptions,
                Assert.Throws<CallIntelException>(() => new TwilioSignature(none)).Code
            );
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "What Twilio signs with.")]
    static string Signed(string token, string text) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
}
