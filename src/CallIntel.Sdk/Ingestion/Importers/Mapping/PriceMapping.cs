namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The price of an event.</summary>
public sealed class PriceMapping
{
    /// <summary>
    /// The field with the price: a number with a decimal point. Required. If the field is empty, the price is unknown.
    /// </summary>
    public string? Field { get; set; }

    /// <summary>
    /// The currency of every record as an ISO 4217 code, for example <c>DKK</c>. Do not set it together with
    /// <see cref="CurrencyField"/>.
    /// </summary>
    public string? Currency { get; set; }

    /// <summary>The field with the code of the currency.</summary>
    public string? CurrencyField { get; set; }
}
