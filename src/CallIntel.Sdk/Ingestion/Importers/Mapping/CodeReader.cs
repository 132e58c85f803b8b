using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads a value as a <see cref="ValueMapping{T}"/> defines it.</summary>
sealed class CodeReader<T>
    where T : struct, Enum
{
    readonly T _constant;
    readonly int _slot = -1;
    readonly Dictionary<string, T> _map = [];
    readonly T? _otherwise;
    readonly ReadFault _unknown;

    CodeReader(T constant) => _constant = constant;

    CodeReader(string property, int slot, IReadOnlyDictionary<string, T> map, T? otherwise)
    {
        (_slot, _map, _otherwise) = (slot, new(map, StringComparer.OrdinalIgnoreCase), otherwise);
        _unknown = new(RejectReason.UnknownCode, $"{property}: {property}.map has no entry for the text of the field");
    }

    internal static CodeReader<T> None { get; } = new(default(T));

    internal static CodeReader<T> Create(string property, ValueMapping<T> mapping, Func<string, int> slotOf) =>
        mapping switch
        {
            { Constant: { } constant, Field: null, Map: null, Otherwise: null } when Enum.IsDefined(constant) => new(
                constant
            ),
            { Constant: null, Field: { } field, Map: { } map, Otherwise: var otherwise }
                when map.Values.All(Enum.IsDefined) && (otherwise is not { } other || Enum.IsDefined(other)) => new(
                property,
                slotOf(field),
                map,
                otherwise
            ),
            _ => throw MappingFile.Invalid(
                $"The property {property} of the mapping is neither a constant nor a field with a map.",
                "Set either \"constant\", or \"field\" and \"map\"."
            ),
        };

    internal ReadFault? Read(ReadOnlySpan<string?> values, out T value)
    {
        value = _constant;
        if (_slot < 0 || _map.TryGetValue(values[_slot]?.Trim() ?? "", out value))
            return null;
        value = _otherwise.GetValueOrDefault();
        return _otherwise is null ? _unknown : null;
    }
}
