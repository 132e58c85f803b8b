namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>How the beginning of a message is set off. All messages of a chat have the same style.</summary>
enum ChatStyle
{
    /// <summary><c>05/01/2026, 09:30 - Anna: text</c>, as Android writes it.</summary>
    Dash,

    /// <summary><c>[05/01/2026, 09:30:15] Anna: text</c>, as iOS writes it.</summary>
    Brackets,

    /// <summary><c>05/01/2016, 09:30:15: Anna: text</c>, as iOS wrote it until 2017.</summary>
    Colon,
}
