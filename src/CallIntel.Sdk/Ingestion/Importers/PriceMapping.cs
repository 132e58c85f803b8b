namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>What a record cost.</summary>
public sealed class PriceMapping
{
    /// <summary>The field with the price, a decimal number with a point. Required. An empty one means that the source did not say.</summary>
    public string? Field { get; set; }

    /// <summary>The ISO 4217 code of the currency of every record, for example <c>DKK</c>. Either this or <see cref="CurrencyField"/>, or neither.</summary>
    public string? Currency { get; set; }

    /// <summary>The field with the currency's code.</summary>
    public string? CurrencyField { get; set; }
}
