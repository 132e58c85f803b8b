namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>The order of year, month and day, which depends on the settings of the phone.</summary>
enum ChatDateOrder
{
    DayFirst,
    MonthFirst,
    YearFirst,
}
