using System.Reflection;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Tests.Ingestion;

/// <summary>The comparison of two records is written by hand for speed; it agrees with the list of columns.</summary>
public sealed class EventColumnUnitTests
{
    static readonly FieldInfo[] Fields =
    [
        .. typeof(StagedEvent)
            .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            // records are compared if their ids are equal, and only if they have content and metadata alone
            .Where(f =>
                f.Name is not (nameof(StagedEvent.Id) or nameof(StagedEvent.ModifiedAt))
                && f.Name is not (nameof(StagedEvent.Change) or nameof(StagedEvent.Details))
            ),
    ];

    [Fact]
    public void Two_records_differ_exactly_if_a_compared_column_differs()
    {
        int compared = 0;
        foreach (FieldInfo field in Fields)
        {
            object changed = default(StagedEvent);
            if (OtherValue(field.FieldType) is not { } value)
                continue;
            field.SetValue(changed, value);
            StagedEvent one = default,
                other = (StagedEvent)changed;
            bool differs = EventColumns.Compared.Any(column =>
                !Equals(column.One(one).Parameter.Value, column.One(other).Parameter.Value)
            );
            Assert.True(differs != one.ReportsSameAs(other), field.Name);
            compared += differs ? 1 : 0;
        }
        Assert.Equal(EventColumns.Compared.Count - 1, compared); // all but the id
    }

    [Fact]
    public void Columns_have_different_names_and_a_record_that_is_new_and_plain_sends_the_stored_ones()
    {
        Assert.Equal(EventColumns.All.Count, EventColumns.All.Select(c => c.Name).Distinct().Count());
        Assert.Equal(["modified_at", "change"], EventColumns.All.Except(EventColumns.Stored).Select(c => c.Name));
    }

    static object? OtherValue(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? OtherValue(inner)
        : type == typeof(Guid) ? new Guid("00000000-0000-4000-8000-000000000001")
        : type == typeof(DateTime) ? new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)
        : type == typeof(int) ? 1
        : type == typeof(long) ? 1L
        : type == typeof(short) ? (short)1
        : null;
}
