using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>The stream lane beside an org with the same ids.</summary>
public sealed partial class TwinOrgTests
{
    /// <summary>
    /// Records that the twin deleted or has under the same ids, by each of the three paths of the stream lane.
    /// </summary>
    async Task WriteAsync()
    {
        Assert.Equal("1 inserted, 0 suppressed", await StreamAsync("null", (18, 18)));
        Assert.Equal("2 inserted, 0 suppressed", await StreamAsync("null", (19, 19), (20, 20)));
        Assert.Equal("2 inserted, 0 suppressed", await StreamAsync("'n'", (21, 21), (22, 22)));
        Assert.Equal(
            "5",
            await RunAsync(
                OrgRole.Owner,
                $"""
                select count(*) from callintel.event_contents
                 where event_id in ({string.Join(", ", Enumerable.Range(18, 5).Select(n => Id(n, n)))})
                """
            )
        );
    }

    /// <returns>What the stream lane counted.</returns>
    Task<string> StreamAsync(string name, params (int N, int Minute)[] rows)
    {
        string Each(string value) => $"array_fill({value}, '{{{rows.Length}}}')";
        string times = string.Join(", ", rows.Select(r => $"'2026-02-01 10:{r.Minute:00}Z'::timestamptz"));
        return RunAsync(
            OrgRole.Owner,
            $"""
            select w.inserted || ' inserted, ' || w.suppressed || ' suppressed'
              from callintel.write_events(md5('twinsource0')::uuid, true, array[{string.Join(
                ", ",
                rows.Select(r => Id(r.N, r.Minute))
            )}], array[{times}],
                {Each("md5('twincontact0')::uuid")}, {Each($"'{Own.Members[OrgRole.Admin]}'::uuid")}, {Each(
                "9"
            )}, {Each("2::smallint")}, {Each("1::smallint")}, {Each("1::smallint")}, {Each("null::smallint")},
                {Each($"{name}::text")}, {Each("decode('c10100' || repeat('01', 60), 'hex')")}, {Each(
                "null::bytea"
            )}, {Each("null::bytea")}, {Each("null::timestamptz")}, {Each("null::smallint")},
                {Each("5::bigint")}, {Each("null::bigint")}, {Each("null::bigint")}) w
            """
        );
    }
}
