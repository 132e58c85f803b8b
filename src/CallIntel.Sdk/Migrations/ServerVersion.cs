using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Migrations;

/// <summary>
/// Checks the server version. The SQL package requires PostgreSQL 15, which introduced views with
/// <c>security_invoker</c>.
/// </summary>
static class ServerVersion
{
    const int Oldest = 15;

    internal static void ThrowIfTooOld(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < Oldest)
            throw new CallIntelException(
                ErrorCodes.ServerTooOld,
                $"The server is PostgreSQL {connection.PostgreSqlVersion.Major}.",
                $"Use PostgreSQL {Oldest} or later."
            );
    }
}
