using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>The database of a run, the data source of its application, and the copy of the ledger.</summary>
sealed class ModelWorld(MigratedTemplate template, string folder) : IAsyncDisposable
{
    readonly List<IAsyncDisposable> _former = [];

    internal TestDatabase Database { get; private set; } = null!;

    internal CallIntelDataSource Source { get; private set; } = null!;

    internal string Folder => folder;

    internal FileErasureLedgerSink Sink => new(folder);

    internal async Task OpenAsync() => Use(await template.CloneAsync());

    /// <summary>Continues in a database that is restored from a backup.</summary>
    internal async Task RestoreAsync(string backup)
    {
        _former.Add(Source);
        _former.Add(Database);
        Use(await template.RestoreAsync(backup, CancellationToken.None));
        await DisposeFormerAsync();
    }

    internal ValueTask<OrgSession> OpenSessionAsync(TestOrg org) =>
        Source.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            },
            CancellationToken.None
        );

    public async ValueTask DisposeAsync()
    {
        _former.Add(Source);
        _former.Add(Database);
        await DisposeFormerAsync();
        Directory.Delete(folder, recursive: true);
    }

    void Use(TestDatabase database)
    {
        Database = database;
        Source = database.CreateDataSource(options =>
        {
            options.Erasure.LedgerSink = Sink;
            options.Erasure.BackupRetention = TimeSpan.FromDays(30);
        });
    }

    async Task DisposeFormerAsync()
    {
        foreach (IAsyncDisposable former in _former)
            await former.DisposeAsync();
        _former.Clear();
    }
}
