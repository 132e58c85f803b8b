namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Whether an importer uses a setting of <see cref="FileImportOptions"/>.</summary>
public enum ImportSetting
{
    /// <summary>The importer does not use the setting. Setting it is an error.</summary>
    NotUsed = 0,

    /// <summary>The importer uses the setting if it is set.</summary>
    Optional = 1,

    /// <summary>The importer cannot read a file without the setting.</summary>
    Required = 2,
}
