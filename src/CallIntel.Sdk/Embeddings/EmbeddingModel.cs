using Npgsql;

namespace CallIntel.Sdk.Embeddings;

/// <summary>A model that embeds the content of an org.</summary>
/// <param name="Number">The number of the model in this org.</param>
/// <param name="Name">The name, as in <see cref="EmbeddingModelOptions.Name"/>.</param>
/// <param name="Dimensions">The number of dimensions of its vectors.</param>
/// <param name="State">Whether its embeddings are computed, used or deleted.</param>
/// <param name="DailyLimit">How many texts are embedded on one day (UTC) at most.</param>
/// <param name="LeftToday">How many texts may still be embedded today.</param>
public sealed record EmbeddingModel(
    int Number,
    string Name,
    int Dimensions,
    EmbeddingModelState State,
    int DailyLimit,
    int LeftToday
)
{
    internal const string ReadSql =
        "select model, name, dimensions, state, daily_limit, left_today, requests"
        + " from callintel.read_embedding_models()";

    internal bool IsRotated => Name.EndsWith(EmbeddingModelOptions.RotatedSuffix, StringComparison.Ordinal);

    /// <summary>How often a pass over all events was asked for.</summary>
    internal int Requests { get; private init; }

    internal static EmbeddingModel Read(NpgsqlDataReader row) =>
        new(
            row.GetInt16(0),
            row.GetString(1),
            row.GetInt16(2),
            (EmbeddingModelState)row.GetInt16(3),
            row.GetInt32(4),
            row.GetInt32(5)
        )
        {
            Requests = row.GetInt32(6),
        };
}
