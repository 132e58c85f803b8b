using CallIntel.Sdk.Embeddings;

namespace CallIntel.Sdk.Tests.Embeddings;

/// <summary>The secret rotation of vectors.</summary>
public sealed class VectorRotationUnitTests
{
    static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(384)]
    public void A_rotation_keeps_lengths_and_inner_products(int dimensions)
    {
        VectorRotation rotation = new(Key, dimensions);
        float[][] vectors = Vectors(dimensions, 20);
        float[][] rotated = Rotate(rotation, vectors);
        for (int i = 0; i < vectors.Length; i++)
        for (int k = 0; k < vectors.Length; k++)
            Assert.Equal(Dot(vectors[i], vectors[k]), Dot(rotated[i], rotated[k]), 1e-5);
    }

    [Fact]
    public void The_ten_nearest_of_a_search_are_the_same_before_and_after_a_rotation()
    {
        float[][] vectors = Vectors(384, 2_000);
        float[][] rotated = Rotate(new VectorRotation(Key, 384), vectors);
        for (int query = 0; query < 50; query++)
            Assert.Equal(Nearest(vectors, vectors[query]), Nearest(rotated, rotated[query]));
    }

    [Fact]
    public void A_rotated_vector_tells_nothing_of_the_vector_to_somebody_without_the_key()
    {
        float[][] vectors = Vectors(384, 200);
        float[][] rotated = Rotate(new VectorRotation(Key, 384), vectors);
        // The naive way of an attacker, to look up a stolen vector among those of guessed texts, works without it.
        Assert.All(vectors, vector => Assert.Contains(vectors, guess => Dot(guess, vector) > 0.99));
        Assert.All(rotated, vector => Assert.DoesNotContain(vectors, guess => Math.Abs(Dot(guess, vector)) > 0.4));
        // Another key, for example that of another org, gives an unrelated rotation.
        float[][] other = Rotate(new VectorRotation([.. Key.Reverse()], 384), vectors);
        Assert.All(rotated.Zip(other), pair => Assert.InRange(Dot(pair.First, pair.Second), -0.4, 0.4));
        // The same key gives the same rotation.
        Assert.Equal(rotated[7], Rotate(new VectorRotation(Key, 384), vectors)[7]);
    }

    [Fact]
    public void Known_pairs_give_a_rotation_away()
    {
        // Why the threat model promises nothing against somebody who can embed texts of their own: the images of the
        // axes are the columns of the matrix, which undoes the rotation of any vector.
        const int Dimensions = 16;
        VectorRotation rotation = new(Key, Dimensions);
        float[][] columns = Rotate(
            rotation,
            [
                .. Enumerable
                    .Range(0, Dimensions)
                    .Select(i => Enumerable.Range(0, Dimensions).Select(k => i == k ? 1f : 0).ToArray()),
            ]
        );
        float[] secret = Vectors(Dimensions, 1)[0];
        float[] stolen = Rotate(rotation, [secret])[0];
        Assert.All(Enumerable.Range(0, Dimensions), i => Assert.Equal(secret[i], Dot(columns[i], stolen), 1e-5));
    }

    [Theory]
    [InlineData("model", true, 384)]
    [InlineData("model+rotated", false, 384)]
    [InlineData("model+rotated", true, 2049)]
    public void A_name_says_whether_its_vectors_are_rotated(string name, bool rotates, int dimensions)
    {
        EmbeddingOptions options = new();
        options.Models.Add(new EmbeddingModelOptions(name, dimensions, null!) { RotatesPerOrg = rotates });
        Assert.Contains(options.Failures(), failure => failure.Contains("RotatesPerOrg", StringComparison.Ordinal));
    }

    static float[][] Rotate(VectorRotation rotation, float[][] vectors)
    {
        float[][] copies = [.. vectors.Select(v => v.ToArray())];
        foreach (float[] copy in copies)
            rotation.Rotate(copy);
        return copies;
    }

    static int[] Nearest(float[][] vectors, float[] query) =>
        [.. Enumerable.Range(0, vectors.Length).OrderByDescending(i => Dot(vectors[i], query)).Take(10).Order()];

    /// <summary>Directions around a few centers, as embeddings are.</summary>
    static float[][] Vectors(int dimensions, int count)
    {
        Random random = new(7);
        double Next() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[][] centers =
        [
            .. Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, dimensions).Select(_ => Next()).ToArray()),
        ];
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    double[] x = [.. centers[i % 10].Select(c => c + Next())];
                    double length = Math.Sqrt(x.Sum(v => v * v));
                    return Array.ConvertAll(x, v => (float)(v / length));
                }),
        ];
    }

    static double Dot(float[] a, float[] b) => a.Zip(b).Sum(pair => (double)pair.First * pair.Second);
}
