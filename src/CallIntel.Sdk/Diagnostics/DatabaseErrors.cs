using System.Net.Sockets;
using Npgsql;

namespace CallIntel.Sdk.Diagnostics;

/// <summary>Turns what the driver throws into a <see cref="CallIntelException"/> with a code and a remedy, and without row values.</summary>
static class DatabaseErrors
{
    internal static bool CanTranslate(Exception exception) => exception is NpgsqlException;

    /// <summary>Detail and context of the server's error are left behind on purpose: they may quote values.</summary>
    internal static CallIntelException Translate(Exception exception)
    {
        if (exception is not PostgresException error)
            return exception is NpgsqlException { InnerException: SocketException or TimeoutException or EndOfStreamException or IOException or null }
                ? new(ErrorCodes.Unreachable, "The PostgreSQL server cannot be reached or broke the connection.",
                    "Check host, port and network, and that the server runs.", exception)
                : new(ErrorCodes.DatabaseError, "The database driver failed.", "See the inner exception.", exception);

        if (error.SqlState.Length == 5 && error.SqlState.StartsWith("CI", StringComparison.Ordinal))
            return new($"CI0{error.SqlState.AsSpan(2)}", error.MessageText, error.Hint ?? "See the page of the code.", error);

        return error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                new(ErrorCodes.LoginRefused, "The server refused the user name or the password.",
                    "Check both in the connection string, and pg_hba.conf.", error),
            PostgresErrorCodes.InvalidCatalogName =>
                new(ErrorCodes.Unreachable, "The database does not exist.", "Check the name in the connection string.", error),
            PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown =>
                new(ErrorCodes.Unreachable, "The server takes no connections now.", "Try again later, or raise max_connections.", error),
            PostgresErrorCodes.InsufficientPrivilege =>
                new(ErrorCodes.NotAllowed, "The member's role, or the database role, does not allow this.",
                    "Ask an admin of the org for a role that does.", error),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName =>
                new(ErrorCodes.SchemaTooOld, "A table or function of the SQL package is missing.", "Run SchemaMigrator, or apply the SQL package.", error),
            _ => new(ErrorCodes.DatabaseError, $"The database refused the statement (SQLSTATE {error.SqlState}).",
                "Look the SQLSTATE up in the PostgreSQL manual, appendix A.", error),
        };
    }
}
