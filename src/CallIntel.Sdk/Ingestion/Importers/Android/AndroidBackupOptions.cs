using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>How <see cref="AndroidBackup"/> reads.</summary>
public sealed class AndroidBackupOptions : ImportOptions
{
    /// <summary>The number of the telephone. Without it the number of a group message's receiver is found by comparing the lists of addresses.</summary>
    /// <value>The default value is <see langword="null"/>: the file does not say for calls and plain messages.</value>
    [ProtectedData]
    public string? OwnNumber { get; set; }
}
