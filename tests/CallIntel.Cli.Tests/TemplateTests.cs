using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Cli.Tests.PackageBuild;

namespace CallIntel.Cli.Tests;

/// <summary>Makes an API from the template, as users do.</summary>
/// <remarks>
/// With <c>CALLINTEL_LONG_TESTS=1</c>, the template comes from its package, and the API is built on the packages of the
/// SDK and called. Otherwise, the test only looks at what the template makes.
/// </remarks>
public sealed class TemplateTests(CliFixture fixture)
{
    const string Secret = "the secret of the provider";

    static readonly OrgId Org = new(new Guid("7f1d3c5e-2b4a-4968-8d7c-1a2b3c4d5e6f"));
    static readonly MemberId Owner = MemberId.FromName("test", "owner");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_template_makes_an_API_that_builds_and_answers()
    {
        string packages = Folder("template-packages"),
            hive = Folder("hive"),
            project = Path.Combine(fixture.Folder, "Example.Calls");
        string source = Path.Combine(Repository, "templates/callintel-api");
        if (IsLong)
        {
            source = await PackAsync("templates/CallIntel.Templates.csproj", packages);
            PackageMetadata.Read(source).AssertComplete();
        }
        await DotnetAsync("new", "install", source, "--debug:custom-hive", hive);
        await DotnetAsync("new", "callintel-api", "-o", project, "--region", "DK", "--debug:custom-hive", hive);
        string program = await File.ReadAllTextAsync(Path.Combine(project, "Program.cs"), Cancellation);
        Assert.Contains("FindByNumberAsync(number, \"DK\", ct)", program, StringComparison.Ordinal);
        Assert.StartsWith(
            "# Example.Calls",
            await File.ReadAllTextAsync(Path.Combine(project, "README.md"), Cancellation),
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(Path.Combine(project, "Example.Calls.csproj")));
        Assert.False(Directory.Exists(Path.Combine(project, ".template.config")));
        if (!IsLong)
            return;

        foreach (string id in (string[])["CallIntel.Sdk.Crypto", "CallIntel.Sdk", "CallIntel.Sdk.AspNetCore"])
            await PackAsync($"src/{id}", packages);
        await DotnetAsync([
            "build",
            project,
            "-warnaserror",
            .. await RestoreFromAsync(packages, Folder("template-restored")),
            "-o",
            Path.Combine(project, "out"),
        ]);
        await CallAsync(Path.Combine(project, "out", "Example.Calls"));
    }

    /// <summary>Starts the API on a database, sends a message to its webhook, and reads it as the owner.</summary>
    async Task CallAsync(string program)
    {
        const string RootKeyVariable = "CALLINTEL_TEMPLATE_TEST_ROOT_KEY";
        string rootKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        Environment.SetEnvironmentVariable(RootKeyVariable, rootKey);
        using EnvironmentRootKeyProvider rootKeys = new(RootKeyVariable);
        Environment.SetEnvironmentVariable(RootKeyVariable, null);
        await using TestDatabase database = await fixture.CloneAsync();
        await using (CallIntelDataSource operated = database.CreateDataSource(options => options.RootKeys = rootKeys))
        {
            await operated.CreateOrgAsync(Org, "First customer", Owner, Cancellation);
            await using OrgSession owner = await operated.OpenSessionAsync(new OrgIdentity(Org, Owner), Cancellation);
            await owner.Members.SetRoleAsync(MemberId.FromName("service", "webhook"), OrgRole.Ingester, Cancellation);
        }
        string keys = Path.Combine(fixture.Folder, "template-keys.json");
        database.SigningKeys.Save(keys);
        byte[] tokenKey = RandomNumberGenerator.GetBytes(32);
        using Process process = CliRun.Start(
            program,
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ConnectionStrings__CallIntel"] = database.AppConnectionString,
                ["CallIntel__SigningKeyFile"] = keys,
                ["CALLINTEL_ROOT_KEY"] = rootKey,
                ["Webhooks__Secret"] = Secret,
                ["Authentication__Schemes__Bearer__ValidIssuer"] = "test",
                ["Authentication__Schemes__Bearer__ValidAudiences__0"] = "calls",
                ["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = "test",
                ["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(tokenKey),
            }
        );
        try
        {
            using HttpClient client = new() { BaseAddress = await ListeningAsync(process) };
            Assert.Equal("Healthy", await client.GetStringAsync("/ready", Cancellation));
            using HttpResponseMessage stranger = await client.GetAsync("/api/events", Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);

            using HttpResponseMessage stored = await client.SendAsync(Message(), Cancellation);
            Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(tokenKey));
            JsonElement first = JsonDocument
                .Parse(await client.GetStringAsync("/api/events", Cancellation))
                .RootElement.GetProperty("events")[0];
            string id = first.GetProperty("id").GetString()!;
            Assert.Contains(
                "Hello from the template",
                await client.GetStringAsync($"/api/events/{id}", Cancellation),
                StringComparison.Ordinal
            );
            // Eight digits are a number of Denmark, which the template was made for.
            Assert.Equal(
                $"\"{first.GetProperty("contact").GetString()}\"",
                await client.GetStringAsync("/api/contacts?number=32123456", Cancellation)
            );
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }
    }

    static async Task<Uri> ListeningAsync(Process process)
    {
        const string Marker = "Now listening on: ";
        StringBuilder output = new();
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            output.AppendLine(line);
            if (line.IndexOf(Marker, StringComparison.Ordinal) is >= 0 and int at)
                return new Uri(line[(at + Marker.Length)..]);
        }
        throw new InvalidOperationException(
            $"The API did not start: {output}{await process.StandardError.ReadToEndAsync(Cancellation)}"
        );
    }

    static HttpRequestMessage Message()
    {
        DateTimeOffset now = new(2026, 2, 3, 10, 0, 0, TimeSpan.Zero);
        string json = $$"""
            [{"occurredAt":"{{now:O}}","channel":"Sms","direction":"Inbound","outcome":"Completed",
              "party":"+4532123456","externalId":"template-1","body":"Hello from the template"}]
            """;
        string time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret),
            Encoding.UTF8.GetBytes($"{time}.{json}")
        );
        HttpRequestMessage request = new(HttpMethod.Post, $"/hooks/{Org}")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-timestamp", time);
        request.Headers.Add("x-signature", Convert.ToHexStringLower(signature));
        return request;
    }

    static string Token(byte[] key)
    {
        string signed =
            Encode("""{"alg":"HS256","typ":"JWT"}"""u8)
            + "."
            + Encode(
                JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        iss = "test",
                        aud = "calls",
                        sub = Owner.ToString(),
                        org_id = Org.ToString(),
                        exp = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
                    }
                )
            );
        return $"{signed}.{Encode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    string Folder(string name) => Directory.CreateDirectory(Path.Combine(fixture.Folder, name)).FullName;
}
