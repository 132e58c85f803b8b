using System.Globalization;
using System.Linq.Expressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.VectorData;

/// <summary>Reads the conditions of a search out of a lambda expression. Unknown conditions fail.</summary>
sealed class DocumentFilter
{
    const long Microsecond = TimeSpan.TicksPerMicrosecond; // the precision of the database

    DateTimeOffset? _from;
    DateTimeOffset? _to;

    internal EventChannel? Channel { get; private set; }

    internal EventDirection? Direction { get; private set; }

    internal ContactId? Contact { get; private set; }

    internal MemberId? Member { get; private set; }

    internal Guid? Source { get; private set; }

    internal bool HasRange => _from is not null || _to is not null;

    /// <summary>Whether two conditions contradict each other, so that no event passes.</summary>
    internal bool IsEmpty { get; private set; }

    internal TimeRange Range => TimeRange.Open(_from, _to);

    internal VectorFilter Vectors => new(HasRange ? Range : null, Channel, Direction, Contact, Member, Source);

    /// <exception cref="NotSupportedException">The filter contains other conditions.</exception>
    internal static DocumentFilter Read(Expression<Func<EventDocument, bool>>? expression)
    {
        DocumentFilter filter = new();
        if (expression is not null)
            filter.Add(expression.Body, expression.Parameters[0]);
        filter.IsEmpty |= filter._from >= filter._to;
        return filter;
    }

    void Add(Expression condition, ParameterExpression document)
    {
        switch (condition)
        {
            case BinaryExpression { NodeType: ExpressionType.AndAlso } both:
                Add(both.Left, document);
                Add(both.Right, document);
                break;
            case BinaryExpression comparison when PropertyOf(comparison.Left, document) is { } left:
                Compare(left, comparison.NodeType, Evaluate(comparison.Right, document));
                break;
            case BinaryExpression comparison when PropertyOf(comparison.Right, document) is { } right:
                Compare(right, Mirror(comparison.NodeType), Evaluate(comparison.Left, document));
                break;
            case ConstantExpression { Value: true }:
                break;
            default:
                throw Unsupported();
        }
    }

    void Compare(string property, ExpressionType comparison, object value)
    {
        if (property == nameof(EventDocument.OccurredAt))
        {
            CompareTime(comparison, ((DateTimeOffset)value).ToUniversalTime());
            return;
        }
        if (comparison is not ExpressionType.Equal)
            throw Unsupported();
        switch (property)
        {
            case nameof(EventDocument.Channel):
                Channel = Equal(Channel, (EventChannel)Convert.ToInt16(value, CultureInfo.InvariantCulture));
                IsEmpty |= !Enum.IsDefined(Channel.Value);
                break;
            case nameof(EventDocument.Direction):
                Direction = Equal(Direction, (EventDirection)Convert.ToInt16(value, CultureInfo.InvariantCulture));
                IsEmpty |= !Enum.IsDefined(Direction.Value);
                break;
            case nameof(EventDocument.Contact):
                Contact = Equal(Contact, (ContactId)value);
                break;
            case nameof(EventDocument.Member):
                Member = Equal(Member, (MemberId)value);
                break;
            case nameof(EventDocument.SourceId):
                Source = Equal(Source, (Guid)value);
                break;
            default:
                throw Unsupported();
        }
    }

    T Equal<T>(T? former, T value)
        where T : struct
    {
        IsEmpty |= former is { } other && !EqualityComparer<T>.Default.Equals(other, value);
        return value;
    }

    void CompareTime(ExpressionType comparison, DateTimeOffset time)
    {
        DateTimeOffset floor = time.AddTicks(-(time.Ticks % Microsecond));
        DateTimeOffset? next =
            floor.Ticks <= DateTimeOffset.MaxValue.Ticks - Microsecond ? floor.AddTicks(Microsecond) : null;
        DateTimeOffset? ceiling = floor == time ? time : next;
        switch (comparison)
        {
            case ExpressionType.GreaterThanOrEqual:
                After(ceiling);
                break;
            case ExpressionType.GreaterThan:
                After(next);
                break;
            case ExpressionType.LessThan:
                Before(ceiling);
                break;
            case ExpressionType.LessThanOrEqual:
                Before(next);
                break;
            case ExpressionType.Equal:
                After(ceiling);
                Before(next);
                break;
            default:
                throw Unsupported();
        }
    }

    void After(DateTimeOffset? time)
    {
        IsEmpty |= time is null; // no event is later than the last time
        if (_from is null || time > _from)
            _from = time;
    }

    void Before(DateTimeOffset? time)
    {
        if (time is not null && (_to is null || time < _to))
            _to = time;
    }

    static ExpressionType Mirror(ExpressionType comparison) =>
        comparison switch
        {
            ExpressionType.LessThan => ExpressionType.GreaterThan,
            ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
            ExpressionType.GreaterThan => ExpressionType.LessThan,
            ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
            _ => comparison,
        };

    /// <summary>
    /// The name of the property of the document that an expression is, without conversions; null if it is none.
    /// </summary>
    static string? PropertyOf(Expression expression, ParameterExpression document) =>
        expression switch
        {
            UnaryExpression { NodeType: ExpressionType.Convert } converted => PropertyOf(converted.Operand, document),
            MemberExpression { Expression: ParameterExpression of } member when of == document => member.Member.Name,
            MemberExpression { Member.Name: nameof(Nullable<>.Value), Expression: { } of }
                when Nullable.GetUnderlyingType(of.Type) is not null => PropertyOf(of, document),
            _ => null,
        };

    /// <summary>The value that a property is compared with. It is interpreted, so it needs no run-time code.</summary>
    static object Evaluate(Expression expression, ParameterExpression document)
    {
        ParameterSearch search = new(document);
        search.Visit(expression);
        if (search.IsFound)
            throw Unsupported();
        return Expression
            .Lambda<Func<object?>>(Expression.Convert(expression, typeof(object)))
            .Compile(preferInterpretation: true)()
            // A search has no condition "is missing", and must not take one for "any".
            ?? throw Unsupported();
    }

    static NotSupportedException Unsupported() =>
        new(
            $"The filter contains a condition that a search of events cannot use. Compare {nameof(EventDocument)}."
                + $"{nameof(EventDocument.OccurredAt)} with <, <=, >, >= or ==, and {nameof(EventDocument.Channel)}, "
                + $"{nameof(EventDocument.Direction)}, {nameof(EventDocument.Contact)}, {nameof(EventDocument.Member)} "
                + $"or {nameof(EventDocument.SourceId)} with == and a value that is not null; combine conditions with "
                + "&&. Apply other conditions to the results."
        );

    sealed class ParameterSearch(ParameterExpression parameter) : ExpressionVisitor
    {
        internal bool IsFound { get; private set; }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            IsFound |= node == parameter;
            return node;
        }
    }
}
