using System.Net.Sockets;
using Npgsql;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// The server that <c>CALLINTEL_POSTGRES</c> configures. It belongs to the user and is never stopped.
/// </summary>
sealed class ConfiguredServerProvider : PostgresProvider
{
    internal const string VariableName = "CALLINTEL_POSTGRES";

    internal override string Name => VariableName;

    internal override async Task<ProviderResult> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        if (request.Host.Variable(VariableName) is not { Length: > 0 } text)
            return ProviderResult.Unavailable("the variable is not set");

        string connectionString = Complete(text);
        ServerInfo server;
        try
        {
            server = await ServerInfo.ReadAsync(connectionString, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            string reason = e is PostgresException refused
                ? $"it refused the connection (SQLSTATE {refused.SqlState})"
                : "it does not respond";
            throw Unusable(
                $"The server in {VariableName} cannot be used: {reason}.",
                "Check host, port, user name, password and database.",
                e
            );
        }

        if (request.MajorVersion is { } major && server.MajorVersion != major)
        {
            return ProviderResult.Unavailable(
                $"the server is PostgreSQL {server.MajorVersion}, but PostgreSQL {major} was requested"
            );
        }

        if (server.MajorVersion < OldestMajorVersion)
        {
            throw Unusable(
                $"The server in {VariableName} is PostgreSQL {server.MajorVersion}.",
                $"Use PostgreSQL {OldestMajorVersion} or later."
            );
        }

        if (!server.IsAdmin)
        {
            throw Unusable(
                $"The role in {VariableName} cannot create roles and databases.",
                "Use a superuser, or a role with CREATEROLE and CREATEDB."
            );
        }

        if (server.PgVector is null || server.PgVector < OldestPgVector)
        {
            string installed = server.PgVector is null ? "no pgvector" : $"pgvector {server.PgVector}";
            throw Unusable(
                $"The server in {VariableName} has {installed}.",
                $"Install pgvector {OldestPgVector} or later on that server."
            );
        }

        return ProviderResult.Started(
            new RunningPostgres(
                connectionString,
                server.MajorVersion,
                $"PostgreSQL {server.VersionText} from {VariableName}",
                IsThrowAway: false,
                Folder: null,
                Lifetime: null,
                ConfiguredServerPrograms.For(connectionString, server.MajorVersion, request.Host)
            )
        );
    }

    static string Complete(string text)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            builder.Database ??= "postgres";
            return builder.ConnectionString;
        }
        catch (ArgumentException)
        {
            // The cause is not attached: its message can quote the value, which contains a password.
            throw Unusable(
                $"The value of {VariableName} is not a connection string.",
                "Use the form Host=...;Port=...;Username=...;Password=...;Database=postgres."
            );
        }
    }

    static CallIntelException Unusable(string problem, string remedy, Exception? cause = null) =>
        new(TestingErrorCodes.ConfiguredServerUnusable, problem, remedy, cause);
}
