using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Tests.Ingestion;

public sealed class StagedRowsUnitTests
{
    // one row, the first lengths a chunk grows through, a chunk but one, a chunk, a chunk and one, several chunks
    public static TheoryData<int> Counts => [0, 1, 4, 16, 17, 1000, 4095, 4096, 4097, 8192, 20_000];

    [Theory, MemberData(nameof(Counts))]
    public void Rows_are_returned_at_the_position_where_they_were_added(int count)
    {
        using StagedRows rows = Rows(count);

        Assert.Equal(Ordinals(count), rows.Select(row => row.Ordinal));
        Assert.Equal(count == 0 ? 0 : count - 1, count == 0 ? 0 : rows[count - 1].Ordinal);
        foreach (ref StagedEvent row in rows)
            row.Ordinal *= 2;
        Assert.Equal(Ordinals(count).Select(o => 2 * o), Enumerable.Range(0, rows.Count).Select(i => rows[i].Ordinal));
    }

    [Theory, MemberData(nameof(Counts))]
    public void The_remaining_rows_keep_their_order_after_a_removal(int count)
    {
        using StagedRows rows = Rows(count);

        int removed = rows.RemoveAll((in row) => row.Ordinal % 3 == 0);

        Assert.Equal(Ordinals(count).Count(o => o % 3 == 0), removed);
        Assert.Equal(Ordinals(count).Where(o => o % 3 != 0), rows.Select(row => row.Ordinal));
    }

    [Theory, MemberData(nameof(Counts))]
    public void A_cleared_batch_keeps_no_text_and_has_the_same_capacity(int count)
    {
        using StagedRows rows = Rows(count);

        rows.Clear();
        Assert.Empty(rows);
        for (int i = 0; i < count; i++)
        {
            rows.Add(new StagedEvent { Ordinal = count - i });
            Assert.Null(rows[i].Body);
        }

        Assert.Equal(Ordinals(count).Select(o => count - o), rows.Select(row => row.Ordinal));
    }

    [Fact]
    public void Memory_returned_by_a_batch_contains_no_text()
    {
        Rows(8000).Dispose();
        using StagedRows rows = Rows(5000);

        Assert.All(Enumerable.Range(5000, 3000), i => Assert.Null(rows[i].Body));
    }

    static StagedRows Rows(int count)
    {
        StagedRows rows = new();
        foreach (long ordinal in Ordinals(count))
            rows.Add(new StagedEvent { Ordinal = ordinal, Body = "said" });
        return rows;
    }

    static IEnumerable<long> Ordinals(int count) => Enumerable.Range(0, count).Select(i => (long)i);
}
