namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads the id that the source gave to a record, from one field or from several.</summary>
sealed class IdReader
{
    readonly int[] _slots;

    internal IdReader(RecordMapping mapping, Func<string?, int> slotOf)
    {
        if (
            mapping.ExternalIdFields is { Count: 0 }
            || (mapping.ExternalIdFields is not null && mapping.ExternalId is not null)
        )
            throw MappingFile.Invalid(
                "The mapping's externalIdFields is empty, or is set together with externalId.",
                "Set either externalId, or externalIdFields with at least one field."
            );
        _slots =
            mapping.ExternalIdFields is { } fields ? [.. fields.Select(slotOf)]
            : mapping.ExternalId is { } field ? [slotOf(field)]
            : [];
        HasId = _slots.Length > 0;
    }

    internal bool HasId { get; }

    internal string? Read(ReadOnlySpan<string?> values)
    {
        if (_slots.Length <= 1)
            return _slots.Length == 0 ? null : values[_slots[0]];
        string[] parts = new string[_slots.Length];
        for (int i = 0; i < parts.Length; i++)
            if (string.IsNullOrWhiteSpace(parts[i] = values[_slots[i]]?.Trim() ?? ""))
                return null;
        return string.Join('/', parts);
    }
}
