using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads price, status and deletions as a mapping defines them.</summary>
sealed class DetailsMapper
{
    readonly int _price,
        _currency,
        _status,
        _conversation,
        _parent,
        _error,
        _deletion;
    readonly string? _currencyOfAll;
    readonly HashSet<string> _deleted = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="mapping">The mapping.</param>
    /// <param name="slotOf">Returns the index of the value of a field; -1 for null.</param>
    internal DetailsMapper(RecordMapping mapping, Func<string?, int> slotOf)
    {
        if (mapping.Price is { Field: null })
            throw MappingFile.Invalid("The mapping has no price.field.", "Name the field with the price.");
        if (mapping.Price is { Currency: not null, CurrencyField: not null })
            throw MappingFile.Invalid(
                "The mapping sets both price.currency and price.currencyField.",
                "Set only one of them."
            );
        if (mapping.Price?.Currency is not (null or { Length: 3 }))
            throw MappingFile.Invalid(
                "price.currency is not a code of three letters.",
                "Use the ISO 4217 code, for example DKK."
            );
        (_price, _currency, _status) = (
            slotOf(mapping.Price?.Field),
            slotOf(mapping.Price?.CurrencyField),
            slotOf(mapping.Status)
        );
        _currencyOfAll = mapping.Price?.Currency;
        (_conversation, _parent, _error) = (
            slotOf(mapping.Details?.ConversationId),
            slotOf(mapping.Details?.ParentId),
            slotOf(mapping.Details?.ErrorCode)
        );

        _deletion = slotOf(mapping.Deletion?.Field);
        if (mapping.Deletion is null)
            return;
        if (_deletion < 0 || mapping.Deletion.Values is not { Count: > 0 } values)
            throw MappingFile.Invalid(
                "The mapping's deletion has no field or no values.",
                "Set both deletion.field and deletion.values."
            );
        if (mapping.ExternalId is null && mapping.ExternalIdFields is null)
            throw MappingFile.Invalid(
                "The mapping has a deletion but no externalId, which identifies the record to delete.",
                "Set externalId to the field with the id that the source gave to the record."
            );
        _deleted.UnionWith(values);
    }

    internal bool IsDeletion(ReadOnlySpan<string?> values) =>
        _deletion >= 0 && values[_deletion] is { } text && _deleted.Contains(text.Trim());

    /// <param name="values">The values of the record.</param>
    /// <param name="ownNumber">The number of the org's own line, or null.</param>
    /// <param name="details">The details, or null if the record has none.</param>
    internal ReadFault? Read(ReadOnlySpan<string?> values, string? ownNumber, out EventDetails? details)
    {
        details = null;
        decimal? price = null;
        if (Text(values, _price) is { } text)
        {
            if (!DecimalText.TryRead(text, commaIsDecimal: false, out decimal value))
                return new ReadFault(RejectReason.Malformed, "price: expected a decimal number such as 0.05 or 0,05");
            price = value;
        }
        EventDetails found = new()
        {
            ConversationId = Text(values, _conversation),
            ParentId = Text(values, _parent),
            ErrorCode = Text(values, _error),
            OwnNumber = ownNumber,
            Price = price,
            Currency = price is null ? null : Text(values, _currency) ?? _currencyOfAll,
            Status = Text(values, _status),
        };
        details = found == new EventDetails() ? null : found;
        return null;
    }

    static string? Text(ReadOnlySpan<string?> values, int slot) =>
        slot < 0 || string.IsNullOrWhiteSpace(values[slot]) ? null : values[slot]!.Trim();
}
