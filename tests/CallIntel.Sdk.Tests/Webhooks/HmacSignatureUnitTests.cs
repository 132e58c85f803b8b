using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace CallIntel.Sdk.Tests.Webhooks;

public sealed class HmacSignatureUnitTests
{
    static readonly DateTimeOffset Noon = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id": "m1", "body": "Grüße"}""");

    readonly FakeTimeProvider _clock = new(Noon);

    [Fact]
    public void The_example_of_RFC_4231_is_valid_in_both_encodings()
    {
        // test case 2
        byte[] data = "what do ya want for nothing?"u8.ToArray();
        byte[] mac = Convert.FromHexString("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        Assert.Equal(
            WebhookVerdict.Valid,
            new HmacSignature(new() { Secrets = ["Jefe"], Prefix = "sha256=" }).Verify(
                data,
                "sha256=" + Convert.ToHexStringLower(mac)
            )
        );
        Assert.Equal(
            WebhookVerdict.Valid,
            new HmacSignature(new() { Secrets = ["Jefe"] }).Verify(data, Convert.ToHexString(mac))
        );
        Assert.Equal(
            WebhookVerdict.Valid,
            new HmacSignature(new() { Secrets = ["Jefe"], Encoding = SignatureEncoding.Base64 }).Verify(
                data,
                Convert.ToBase64String(mac)
            )
        );
    }

    [Fact]
    public void Changing_any_bit_of_body_time_or_signature_is_rejected()
    {
        HmacSignature verifier = Verifier();
        string time = Seconds(Noon),
            signature = Signed("secret", time, Body);
        for (int bit = 0; bit < Body.Length * 8; bit++)
        {
            byte[] altered = [.. Body];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(WebhookVerdict.WrongSignature, verifier.Verify(altered, signature, time));
        }
        byte[] mac = Convert.FromHexString(signature);
        for (int bit = 0; bit < mac.Length * 8; bit++)
        {
            byte[] altered = [.. mac];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(WebhookVerdict.WrongSignature, verifier.Verify(Body, Convert.ToHexString(altered), time));
        }
        Assert.Equal(WebhookVerdict.WrongSignature, verifier.Verify(Body, signature, Seconds(Noon.AddSeconds(1))));
        Assert.Equal(WebhookVerdict.WrongSignature, verifier.Verify(Body, signature, "0" + time));
        Assert.Equal(WebhookVerdict.Valid, verifier.Verify(Body, signature, time));
    }

    [Fact]
    public void Truncated_missing_and_malformed_signatures_are_rejected()
    {
        string time = Seconds(Noon),
            signature = Signed("secret", time, Body);
        foreach (string? missing in new[] { null, "" })
            Assert.Equal(WebhookVerdict.MissingSignature, Verifier().Verify(Body, missing, time));
        foreach (
            string cut in new[]
            {
                signature[..^1],
                signature[..^2],
                signature[..2],
                signature + "00",
                signature + " ",
                "sha256=" + signature,
                new string('z', 64),
            }
        )
            Assert.Equal(WebhookVerdict.Malformed, Verifier().Verify(Body, cut, time));
        HmacSignature prefixed = new(new() { Secrets = ["secret"], Prefix = "sha256=" }, _clock);
        Assert.Equal(WebhookVerdict.Malformed, prefixed.Verify(Body, signature));
        Assert.Equal(WebhookVerdict.Malformed, prefixed.Verify(Body, "SHA256=" + signature));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData(" 1769947200")]
    [InlineData("0x5")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    public void An_invalid_time_is_rejected_even_with_a_valid_signature(string? time) =>
        Assert.Equal(WebhookVerdict.Malformed, Verifier().Verify(Body, Signed("secret", time ?? "", Body), time));

    [Theory]
    [InlineData(-301, WebhookVerdict.OutsideWindow)]
    [InlineData(-300, WebhookVerdict.Valid)]
    [InlineData(300, WebhookVerdict.Valid)] // the provider's clock is ahead
    [InlineData(301, WebhookVerdict.OutsideWindow)]
    public void Clocks_can_differ_by_the_window_at_most(int seconds, WebhookVerdict verdict)
    {
        string time = Seconds(Noon.AddSeconds(seconds));
        Assert.Equal(verdict, Verifier().Verify(Body, Signed("secret", time, Body), time));
    }

    [Fact]
    public void A_webhook_is_accepted_once_within_its_window_and_never_later()
    {
        HmacSignature verifier = Verifier();
        string time = Seconds(Noon),
            signature = Signed("secret", time, Body);
        Assert.Equal(WebhookVerdict.Valid, verifier.Verify(Body, signature, time));
        for (int minute = 0; minute <= 10; minute++)
        {
            // hexadecimal digits of the other case are the same signature
            Assert.Equal(
                minute <= 5 ? WebhookVerdict.Repeated : WebhookVerdict.OutsideWindow,
                verifier.Verify(Body, signature.ToUpperInvariant(), time)
            );
            Assert.Equal(
                WebhookVerdict.Valid,
                verifier.Verify(
                    Body,
                    Signed("secret", Seconds(_clock.GetUtcNow().AddSeconds(1)), Body),
                    Seconds(_clock.GetUtcNow().AddSeconds(1))
                )
            );
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void A_webhook_whose_records_were_not_stored_is_accepted_again()
    {
        HmacSignature verifier = Verifier();
        string time = Seconds(Noon),
            signature = Signed("secret", time, Body),
            other = Signed("secret", time, [1]);
        Assert.Equal(WebhookVerdict.Valid, verifier.Verify(Body, signature, time));
        Assert.Equal(WebhookVerdict.Valid, verifier.Verify([1], other, time));
        verifier.Forget(signature);
        verifier.Forget("no signature");
        Assert.Equal(WebhookVerdict.Repeated, verifier.Verify([1], other, time));
        Assert.Equal(WebhookVerdict.Valid, verifier.Verify(Body, signature, time));
        Assert.Equal(WebhookVerdict.Repeated, verifier.Verify(Body, signature, time));
    }

    [Fact]
    public async Task Of_many_concurrent_copies_of_a_webhook_one_is_accepted()
    {
        HmacSignature verifier = Verifier();
        string time = Seconds(Noon),
            signature = Signed("secret", time, Body);
        WebhookVerdict[] verdicts = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    Task.Run(() => verifier.Verify(Body, signature, time), TestContext.Current.CancellationToken)
                )
        );
        Assert.Equal(
            (1, 49),
            (verdicts.Count(v => v == WebhookVerdict.Valid), verdicts.Count(v => v == WebhookVerdict.Repeated))
        );
    }

    [Fact]
    public void During_a_rotation_only_the_two_configured_secrets_are_accepted()
    {
        HmacSignature verifier = new(new() { Secrets = ["next", "secret"] });
        foreach (
            (string secret, WebhookVerdict verdict) in new[]
            {
                ("next", WebhookVerdict.Valid),
                ("secret", WebhookVerdict.Valid),
                ("last", WebhookVerdict.WrongSignature),
                ("", WebhookVerdict.WrongSignature),
            }
        )
            Assert.Equal(
                verdict,
                verifier.Verify(Body, Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Body)))
            );
    }

    [Fact]
    public void Insecure_and_invalid_options_are_rejected_without_revealing_a_secret()
    {
        foreach (
            HmacSignatureOptions wrong in new HmacSignatureOptions[]
            {
                new() { Secrets = [] },
                new() { Secrets = [""] },
                new() { Secrets = ["hush", " "] },
                new() { Secrets = ["hush"], Encoding = (SignatureEncoding)9 },
                new() { Secrets = ["hush"], Window = TimeSpan.Zero },
                new() { Secrets = ["hush"], Window = TimeSpan.FromDays(2) },
                new() { Secrets = ["hush"], Prefix = null! },
            }
        )
        {
            CallIntelException refused = Assert.Throws<CallIntelException>(() => new HmacSignature(wrong));
            Assert.Equal(ErrorCodes.InvalidWebhookOptions, refused.Code);
            Assert.DoesNotContain("hush", refused + wrong.ToString(), StringComparison.Ordinal);
        }
    }

    HmacSignature Verifier() => new(new() { Secrets = ["secret"], Window = TimeSpan.FromMinutes(5) }, _clock);

    static string Seconds(DateTimeOffset time) =>
        time.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    static string Signed(string secret, string time, byte[] body) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(secret),
                (byte[])[.. Encoding.UTF8.GetBytes(time + "."), .. body]
            )
        );
}
