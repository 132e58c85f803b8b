using System.Net.Sockets;
using Npgsql;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>The server that <c>CALLINTEL_POSTGRES</c> names. It is not ours to stop.</summary>
internal sealed class GivenServer : PostgresWay
{
    internal const string VariableName = "CALLINTEL_POSTGRES";

    internal override string Name => VariableName;

    internal override async Task<WayAttempt> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        if (request.Surroundings.Variable(VariableName) is not { Length: > 0 } text)
            return WayAttempt.DoesNotFit("not set");

        string connectionString = Complete(text);
        ServerFacts facts;
        try
        {
            facts = await ServerFacts.ReadAsync(connectionString, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            string reason = e is PostgresException refused
                ? $"it refused the connection ({refused.SqlState})"
                : "it does not answer";
            throw Unusable(
                $"The server that {VariableName} names cannot be used: {reason}.",
                "Check host, port, user, password and database.",
                e
            );
        }

        if (request.MajorVersion is { } major && facts.MajorVersion != major)
            return WayAttempt.DoesNotFit($"it is PostgreSQL {facts.MajorVersion}, and {major} was asked for");
        if (facts.MajorVersion < OldestMajorVersion)
            throw Unusable(
                $"{VariableName} names a PostgreSQL {facts.MajorVersion}.",
                $"Take one from {OldestMajorVersion} on."
            );
        if (!facts.IsAdmin)
            throw Unusable(
                $"The role in {VariableName} may not create roles and databases.",
                "Take a superuser, or a role with CREATEROLE and CREATEDB."
            );
        if (facts.PgVector is null || facts.PgVector < OldestPgVector)
        {
            throw Unusable(
                $"The server that {VariableName} names has {(facts.PgVector is null ? "no pgvector" : $"pgvector {facts.PgVector}")}.",
                $"Install pgvector {OldestPgVector} or newer there."
            );
        }

        return WayAttempt.Started(
            new RunningPostgres(
                connectionString,
                facts.MajorVersion,
                $"PostgreSQL {facts.VersionText} that {VariableName} names",
                IsThrowAway: false,
                Folder: null,
                Lifetime: null,
                GivenPrograms.For(connectionString, facts.MajorVersion, request.Surroundings)
            )
        );
    }

    private static string Complete(string text)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            builder.Database ??= "postgres";
            return builder.ConnectionString;
        }
        catch (ArgumentException)
        {
            // Without the cause: its message may quote the value, which holds a password.
            throw Unusable(
                $"{VariableName} is not a connection string.",
                "Write it as Host=...;Port=...;Username=...;Password=...;Database=postgres."
            );
        }
    }

    private static CallIntelException Unusable(string problem, string remedy, Exception? cause = null) =>
        new(TestingErrorCodes.GivenServerUnusable, problem, remedy, cause);
}
