using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>The server rejects every mutation of a valid token.</summary>
public sealed class TokenFuzzTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    const int BatchSize = 5_000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_mutated_token_is_accepted()
    {
        int tokens = FuzzSize.Choose(20_000, 1_000_000),
            seed = FuzzSize.Seed;
        await using (
            NpgsqlCommand counting = fixture.Database.Admin.CreateCommand(
                """
                create function public.accepted(tokens bytea[]) returns bigint language plpgsql as $$
                declare
                    token bytea;
                    count bigint := 0;
                begin
                    foreach token in array tokens loop
                        begin
                            perform callintel.begin_session(token);
                            count := count + 1;
                        exception when sqlstate 'CI002' or sqlstate 'CI003' or sqlstate 'CI004' then null;
                        end;
                    end loop;
                    return count;
                end $$;
                grant execute on function public.accepted to callintel_app;
                """
            )
        )
            await counting.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlDataSource app = NpgsqlDataSource.Create(fixture.Database.AppConnectionString);
        // the same function accepts the valid tokens
        Assert.Equal(2L * Enum.GetValues<OrgRole>().Length, await CountAcceptedAsync(app, [.. ValidTokens()]));

        long[] accepted = await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(async lane =>
                {
                    Random random = new(seed + lane);
                    long sum = 0;
                    for (int sent = 0; sent < tokens / 2; sent += BatchSize)
                    {
                        List<byte[]> valid = ValidTokens();
                        sum += await CountAcceptedAsync(
                            app,
                            [.. Enumerable.Range(0, BatchSize).Select(_ => Mutate(random, valid))]
                        );
                    }
                    return sum;
                })
        );

        output.WriteLine($"seed {seed}: {tokens} mutated tokens, {accepted.Sum()} accepted");
        Assert.Equal(0, accepted.Sum());
    }

    static async Task<long> CountAcceptedAsync(NpgsqlDataSource app, byte[][] tokens)
    {
        await using NpgsqlCommand command = app.CreateCommand("select public.accepted($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = tokens });
        command.CommandTimeout = 120;
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>Creates valid tokens of every role of two orgs.</summary>
    List<byte[]> ValidTokens() =>
        [
            .. from org in new[] { fixture.Own, fixture.Foreign }
            from role in Enum.GetValues<OrgRole>()
            select SessionToken.Mint(
                fixture.Database.SigningKeys.Current,
                fixture.Database.DatabaseName,
                org.As(role),
                (long)Permission.All,
                DateTimeOffset.UtcNow.AddMinutes(5)
            ),
        ];

    static byte[] Mutate(Random random, List<byte[]> valid)
    {
        byte[] token = [.. valid[random.Next(valid.Count)]],
            other = valid[random.Next(valid.Count)];
        switch (random.Next(7))
        {
            case 0 or 1:
                for (int n = random.Next(1, 4); n > 0; n--)
                    token[random.Next(token.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                int cut = random.Next(1, token.Length);
                token = [.. token[..cut], .. other[cut..]];
                break;
            case 3:
                token = token[..random.Next(token.Length)];
                break;
            case 4:
                byte[] more = new byte[random.Next(1, 64)];
                random.NextBytes(more);
                token = [.. token, .. more];
                break;
            case 5:
                int from = random.Next(token.Length),
                    length = random.Next(1, token.Length - from + 1);
                random.NextBytes(token.AsSpan(from, length));
                break;
            default:
                random.NextBytes(token.AsSpan(1, 32));
                break;
        }
        // the mutation can have restored the valid token
        return valid.Any(g => g.AsSpan().SequenceEqual(token)) ? [] : token;
    }
}
