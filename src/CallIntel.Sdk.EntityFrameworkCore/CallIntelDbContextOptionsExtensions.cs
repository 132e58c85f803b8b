using CallIntel.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>Connects a <see cref="DbContext"/> to a session.</summary>
public static class CallIntelDbContextOptionsExtensions
{
    /// <summary>
    /// Lets the context run its statements as the member of a session. Each statement opens the session context and
    /// runs in one round trip, so it returns what this member may see, and nothing else.
    /// </summary>
    /// <param name="builder">The options of the context.</param>
    /// <param name="session">
    /// The session. Create the options for each session: with dependency injection use
    /// <c>AddDbContext&lt;T&gt;((services, options) =&gt;
    /// options.UseCallIntel(services.GetRequiredService&lt;OrgSession&gt;()))</c>, and not <c>AddDbContextPool</c>,
    /// which shares one set of options.
    /// </param>
    /// <param name="npgsql">Further options of the Npgsql provider.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// The statements use a connection pool of their own, which belongs to the data source of the session. A connection
    /// is reset before another context uses it, except behind a pooler in transaction mode. Only the asynchronous
    /// methods of Entity Framework Core can be used, such as <c>ToListAsync</c>. Failed statements throw
    /// <see cref="CallIntelException"/>; an error that occurs after the first row has been read is an
    /// <see cref="NpgsqlException"/>.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public static DbContextOptionsBuilder UseCallIntel(
        this DbContextOptionsBuilder builder,
        OrgSession session,
        Action<NpgsqlDbContextOptionsBuilder>? npgsql = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(session);
        session.Transport.ThrowIfEnded();
        NpgsqlDataSource pool = session.Transport.Database.LibraryPool(NpgsqlDataSource.Create);
        builder.UseNpgsql(pool, options =>
        {
            npgsql?.Invoke(options);
            options.MaxBatchSize(1); // a command that runs in a session contains one statement
        });
        return builder.AddInterceptors(new SessionCommandInterceptor(session.Transport));
    }

    /// <inheritdoc cref="UseCallIntel(DbContextOptionsBuilder, OrgSession, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseCallIntel<TContext>(
        this DbContextOptionsBuilder<TContext> builder,
        OrgSession session,
        Action<NpgsqlDbContextOptionsBuilder>? npgsql = null
    )
        where TContext : DbContext
    {
        UseCallIntel((DbContextOptionsBuilder)builder, session, npgsql);
        return builder;
    }
}
