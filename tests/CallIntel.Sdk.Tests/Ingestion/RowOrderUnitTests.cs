using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Tests.Ingestion;

/// <summary>Tests which rows of a batch are sent, and in which order.</summary>
public sealed class RowOrderUnitTests
{
    [Fact]
    public void Rows_are_sent_in_the_order_of_their_keys()
    {
        using IngestBatch batch = BatchOf((3, 30), (1, 10), (2, 20));
        Assert.Equal([1, 2, 0], Sent(batch));
        Assert.False(batch.Order.HasConflicts);
    }

    [Fact]
    public void Only_the_last_of_identical_records_is_sent()
    {
        using IngestBatch batch = BatchOf((2, 20), (1, 10), (1, 10), (2, 20), (1, 10));
        Assert.Equal([4, 3], Sent(batch));
        Assert.False(batch.Order.HasConflicts);
    }

    [Fact]
    public void Different_versions_of_a_record_are_all_sent_in_order()
    {
        using IngestBatch batch = BatchOf((1, 10), (2, 20), (1, 11), (1, 10));
        Assert.Equal([0, 2, 3, 1], Sent(batch));
        Assert.True(batch.Order.HasConflicts);
    }

    [Fact]
    public void A_record_in_flight_with_the_same_content_is_not_sent_again()
    {
        using IngestBatch first = BatchOf((1, 10), (2, 20), (3, 30)),
            second = BatchOf((3, 30), (4, 40), (2, 20));
        second.Order.Arrange(second.Events, [first]);
        Assert.Equal([1], Sent(second));
        Assert.False(second.Order.HasConflicts);
        using IngestBatch third = BatchOf((3, 30), (4, 40), (5, 50));
        third.Order.Arrange(third.Events, [first, second]);
        Assert.Equal([2], Sent(third));
    }

    [Fact]
    public void A_record_in_flight_with_other_content_is_sent_and_marked_as_changed()
    {
        using IngestBatch first = BatchOf((1, 10), (2, 20)),
            second = BatchOf((2, 21), (3, 30));
        second.Order.Arrange(second.Events, [first]);
        Assert.Equal([0, 1], Sent(second));
        Assert.True(second.Order.HasConflicts);
    }

    [Fact]
    public void A_record_is_compared_with_the_last_batch_that_contains_it()
    {
        using IngestBatch first = BatchOf((1, 10)),
            second = BatchOf((1, 11));
        second.Order.Arrange(second.Events, [first]);
        using IngestBatch third = BatchOf((1, 10), (2, 20));
        third.Order.Arrange(third.Events, [first, second]);
        Assert.Equal([0, 1], Sent(third));
        Assert.True(third.Order.HasConflicts);
    }

    [Fact]
    public void Records_with_details_or_attachments_are_always_sent()
    {
        StagedEvent row = Row(1, 10) with { ModifiedAt = DateTime.UnixEpoch };
        using IngestBatch batch = new();
        batch.Events.Add(in row);
        batch.Events.Add(in row);
        batch.Order.Arrange(batch.Events, []);
        Assert.Equal([0, 1], Sent(batch));
        Assert.True(batch.Order.HasConflicts);
    }

    [Fact]
    public void Any_difference_in_metadata_or_content_is_a_change()
    {
        StagedEvent row = Row(1, 10) with
        {
            Contact = Guid.Empty,
            DurationSeconds = 1,
            BodyHash = 1,
            TranscriptHash = 1,
            SummaryHash = 1,
        };
        StagedEvent[] others =
        [
            row with
            {
                OccurredAt = DateTime.MaxValue,
            },
            row with
            {
                Contact = null,
            },
            row with
            {
                Member = Guid.Empty,
            },
            row with
            {
                DurationSeconds = null,
            },
            row with
            {
                Channel = 9,
            },
            row with
            {
                Direction = 9,
            },
            row with
            {
                Outcome = 9,
            },
            row with
            {
                UtcOffsetMinutes = 60,
            },
            row with
            {
                BodyHash = 2,
            },
            row with
            {
                TranscriptHash = 2,
            },
            row with
            {
                SummaryHash = null,
            },
            row with
            {
                Change = 1,
            },
        ];
        Assert.True(row.ReportsSameAs(in row));
        Assert.All(others, other => Assert.False(row.ReportsSameAs(in other) || other.ReportsSameAs(in row)));
    }

    static StagedEvent Row(int id, int says) =>
        new()
        {
            Id = new Guid(id, 0, 0, new byte[8]),
            BodyHash = says,
            Channel = 2,
            Direction = 1,
        };

    static IngestBatch BatchOf(params ReadOnlySpan<(int Id, int Says)> rows)
    {
        IngestBatch batch = new();
        foreach ((int id, int says) in rows)
            batch.Events.Add(Row(id, says));
        batch.Order.Arrange(batch.Events, []);
        return batch;
    }

    static int[] Sent(IngestBatch batch) =>
        [.. Enumerable.Range(0, batch.Order.Count).Select(place => batch.Order[place])];
}
