using System.Net.Sockets;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.Diagnostics;

/// <summary>
/// Translates exceptions of the driver to <see cref="CallIntelException"/> with an error code and a remedy, without row
/// values.
/// </summary>
static class DatabaseErrors
{
    internal static bool CanTranslate(Exception exception) => exception is NpgsqlException;

    /// <summary>
    /// Translates an exception. The detail and context of the server's error are dropped, because they can contain
    /// values.
    /// </summary>
    internal static CallIntelException Translate(Exception exception)
    {
        if (exception is not PostgresException error)
            return TranslateOfDriver(exception);

        if (error.SqlState.Length == 5 && error.SqlState.StartsWith("CI", StringComparison.Ordinal))
            return new(
                $"CI0{error.SqlState.AsSpan(2)}",
                error.MessageText,
                error.Hint ?? "See the documentation of the error code.",
                error
            )
            {
                IsTransient = error.SqlState == "CI128", // keys are read again
            };

        return error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new(
                ErrorCodes.LoginRefused,
                "The server refused the user name or the password.",
                "Check the user name and password in the connection string, and pg_hba.conf on the server.",
                error
            ),
            PostgresErrorCodes.InvalidCatalogName => new(
                ErrorCodes.Unreachable,
                "The database does not exist.",
                "Check the database name in the connection string.",
                error
            ),
            PostgresErrorCodes.TooManyConnections => new(
                ErrorCodes.ServerFull,
                "The server has reached its connection limit.",
                "Lower Maximum Pool Size in the applications' connection strings, use a connection pooler, "
                    + "or raise max_connections on the server.",
                error
            )
            {
                IsTransient = true,
            },
            PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown => new(
                ErrorCodes.Unreachable,
                "The PostgreSQL server is starting or stopping, or ended the connection.",
                "Try again later.",
                error
            )
            {
                IsTransient = true,
            },
            // PgBouncer and Supavisor report everything that happens between them and the server in this class: the
            // server crashed, is starting, refuses logins, or has no connection free.
            { } state when state.StartsWith("08", StringComparison.Ordinal) => new(
                ErrorCodes.Unreachable,
                "The pooler or the PostgreSQL server ended the connection, or could not open one.",
                "Try again later.",
                error
            )
            {
                IsTransient = true,
            },
            PostgresErrorCodes.QueryCanceled => new(
                ErrorCodes.TimedOut,
                "The server canceled the statement, because it exceeded statement_timeout or an administrator "
                    + "canceled it.",
                "Request less data, or raise statement_timeout of callintel_app.",
                error
            )
            {
                IsTransient = true,
            },
            PostgresErrorCodes.InsufficientPrivilege => new(
                ErrorCodes.NotAllowed,
                "The role of the member or of the database connection does not include the required permission.",
                "Ask an admin of the org to change the member's role, "
                    + "or check which database role the application uses.",
                error
            ),
            PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.InvalidSchemaName => new(
                ErrorCodes.SchemaTooOld,
                "A table or function of the SQL package is missing.",
                "Run SchemaMigrator, or apply the SQL package with psql.",
                error
            ),
            _ => new(
                ErrorCodes.DatabaseError,
                $"The database refused the statement (SQLSTATE {error.SqlState}).",
                "Look up the SQLSTATE in appendix A of the PostgreSQL manual.",
                error
            ),
        };
    }

    /// <summary>
    /// Returns what a log says about an error: its code, and the SQLSTATE if the code is that of all other SQLSTATEs.
    /// </summary>
    internal static string Describe(CallIntelException error) =>
        error is { Code: ErrorCodes.DatabaseError, InnerException: PostgresException { SqlState: { } state } }
            ? $"{error.Code} (SQLSTATE {state})"
            : error.Code;

    /// <summary>
    /// Translates an exception of an operation, which runs with the privileges of the database role instead of a
    /// member's role.
    /// </summary>
    internal static CallIntelException TranslateForOperator(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } error
            ? new(
                ErrorCodes.NotAllowed,
                "The connected database role does not have the required privileges.",
                "Connect as callintel_ops, as the role that installed the schema, or as a superuser.",
                error
            )
            : Translate(exception);

    static CallIntelException TranslateOfDriver(Exception exception) =>
        exception switch
        {
            // The driver has no exception type or error code for these two cases. It does not localize its messages.
            NpgsqlException { InnerException: TimeoutException }
                when exception.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal) =>
                new(
                    ErrorCodes.PoolExhausted,
                    "All connections of the application's pool are in use, and none became available in time.",
                    "Dispose results or read them to their end, or raise Maximum Pool Size in the connection string.",
                    exception
                ),
            NpgsqlException { InnerException: TimeoutException }
                when exception.Message.StartsWith("Exception while reading", StringComparison.Ordinal) => new(
                ErrorCodes.TimedOut,
                "The statement exceeded the Command Timeout of the connection string.",
                "Request less data, or raise Command Timeout.",
                exception
            ),
            NpgsqlException
            {
                InnerException: SocketException or TimeoutException or EndOfStreamException or IOException or null
            } => new(
                ErrorCodes.Unreachable,
                "Could not connect to PostgreSQL, or the connection was lost.",
                "Check the host and port in the connection string, the network, and that the server is running.",
                exception
            ),
            _ => new(ErrorCodes.DatabaseError, "The database driver failed.", "See the inner exception.", exception),
        };
}
